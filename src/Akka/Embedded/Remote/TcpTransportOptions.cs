namespace Akka.Embedded.Remote;

/// <param name="SendBufferBytes">The kernel's send buffer of each socket; 0 leaves its size to the kernel.</param>
/// <param name="ReceiveBufferBytes">The kernel's receive buffer of each socket; 0 leaves its size to the kernel.</param>
/// <param name="Backlog">Connections that wait to be accepted.</param>
public sealed record TcpTransportOptions(int SendBufferBytes = 0, int ReceiveBufferBytes = 0, int Backlog = 512);
