using DynamoActors.Tests.Shared;

namespace DynamoActors.Client.Tests;

public class NamespaceTests
{
    [Fact]
    public void The_namespaces_form_no_circle() => NamespaceCircles.In("src/DynamoActors.Client").ShouldBeEmpty();
}
