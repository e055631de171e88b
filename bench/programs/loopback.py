"""Sends a file over loopback as Kafka (sendfile) or as leat (read and send) does; prints the sender's CPU seconds."""
import os
import socket
import sys

path, way = sys.argv[1], sys.argv[2]
piece = 1 << 20

listener = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    with socket.create_connection(listener.getsockname()) as reader:
        target = bytearray(piece)
        while reader.recv_into(target) > 0:
            pass
    os._exit(0)
sender, _ = listener.accept()
with open(path, "rb", buffering=0) as source:
    before = os.times()
    if way == "sendfile":
        position = 0
        while sent := os.sendfile(sender.fileno(), source.fileno(), position, piece):
            position += sent
    else:
        buffer = memoryview(bytearray(piece))
        while count := source.readinto(buffer):
            sender.sendall(buffer[:count])
    after = os.times()
sender.close()
os.wait()
print(after.user + after.system - before.user - before.system)
