using DynamoActors.Tests.Shared;

namespace DynamoActors.Resp.Tests;

public class NamespaceTests
{
    [Fact]
    public void The_namespaces_form_no_circle() => NamespaceCircles.In("src/DynamoActors.Resp").ShouldBeEmpty();
}
