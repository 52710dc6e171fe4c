"""pacs_faults.py FOLDER: servers that answer as no PACS should, for pacs.sh; on the loopback alone.

HTTP, port 9080: the first part of the path says what is wrong: /silent, /half, /redirect, /elsewhere, /stranger,
/missing, /liar, /junk, /endless. FOLDER/object.dcm is an object of patient K01, FOLDER/stranger.dcm one of another.
Port 9081 is where /redirect and /elsewhere point: who connects is written to FOLDER/visited. Port 9082 takes connections
and says nothing; port 9083 passes on to 4242 (Orthanc) what comes, and hangs up after the first 20,000 bytes of answer.
"""

import json
import os
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

folder = sys.argv[1]
STUDY, SERIES = "1.2.826.0.1.3680043.10.1.2", "1.2.826.0.1.3680043.10.1.2.1"


def object_bytes(name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def text(value):
    return {"vr": "LO", "Value": [value]}


def studies(retrieve):
    return [{"0020000D": text(STUDY), "00080020": text("20261110"), "00080061": {"vr": "CS", "Value": ["CT"]},
             "00100020": text("K01"), "00081190": {"vr": "UR", "Value": [retrieve]}}]


class Pacs(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, body, kind="application/dicom+json", more=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def say_json(self, value):
        self.say(200, json.dumps(value).encode())

    def instances(self, mode):
        uids = [open(os.path.join(folder, "uid"), encoding="ascii").read().strip()]
        if mode == "missing":
            uids.append("1.2.3.4.5")
        return [{"00080018": text(uid)} for uid in uids]

    def part(self, name):
        return b"--bound\r\nContent-Type: application/dicom\r\n\r\n" + object_bytes(name) + b"\r\n"

    def objects(self, mode):
        body = self.part("stranger.dcm" if mode == "stranger" else "object.dcm") + b"--bound--\r\n"
        kind = 'multipart/related; type="application/dicom"; boundary=bound'
        if mode not in ("half", "endless"):
            self.say(200, body, kind)
            return
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Connection", "close")
        self.end_headers()
        if mode == "half":
            self.wfile.write(body[: len(body) // 2])
        while mode == "endless":
            self.wfile.write(self.part("object.dcm")[:200])
            time.sleep(0.3)

    def do_GET(self):
        mode = self.path.split("/")[1]
        rest = self.path.split("?")[0]
        elsewhere = "http://127.0.0.1:9081/dicom-web"
        if mode == "silent":
            time.sleep(30)
        elif mode == "redirect":
            self.say(302, b"", more=[("Location", elsewhere + "/studies")])
        elif mode == "junk":
            self.say(200, b"<html>welcome</html>", "text/html")
        elif rest.endswith("/studies"):
            self.say_json(studies(elsewhere))
        elif rest.endswith("/series"):
            self.say_json([{"0020000E": text(SERIES), "00080060": text("CT")}])
        elif rest.endswith("/instances"):
            self.say_json([] if mode == "liar" else self.instances(mode))
        else:
            self.objects(mode)

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        while length > 0:
            length -= len(self.rfile.read(min(length, 65536)))
        self.say_json({"00081199": {"vr": "SQ", "Value": []}})


def listening(port):
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind(("127.0.0.1", port))
    server.listen(16)
    return server


def visited():
    server = listening(9081)
    while True:
        server.accept()[0].close()
        with open(os.path.join(folder, "visited"), "a", encoding="ascii") as file:
            file.write("somebody came\n")


def silent():
    server, held = listening(9082), []
    while True:
        held.append(server.accept()[0])


def passed_on(client):
    peer = socket.create_connection(("127.0.0.1", 4242))

    def forth():
        try:
            while data := client.recv(65536):
                peer.sendall(data)
        except OSError:
            pass

    threading.Thread(target=forth, daemon=True).start()
    left = 20000
    while left > 0 and (data := peer.recv(min(left, 65536))):
        client.sendall(data)
        left -= len(data)
    for end in (client, peer):
        end.shutdown(socket.SHUT_RDWR)
        end.close()


def cutting():
    server = listening(9083)
    while True:
        threading.Thread(target=passed_on, args=(server.accept()[0],), daemon=True).start()


for target in (visited, silent, cutting):
    threading.Thread(target=target, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", 9080), Pacs).serve_forever()
