"""Runs the SQL of docs/maintainers.md in ClickHouse's engine, over a file of events and over the same
events sent through a collector, and prints the figures of both as JSON.

Called with the document, the file of events, a folder to work in, the port that the collector is to
listen at, and the command by which a program sends to it what it has queued.
"""

import json
import re
import subprocess
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_connection, socket

import rotel
from chdb.session import Session

PATIENCE = 60


def blocks(document):
    found = re.findall(r"<!-- sql: (\w+) -->\n```sql\n(.*?)```", document, re.DOTALL)
    return dict(found)


def run(session, sql):
    for statement in sql.split(";"):
        if statement.strip():
            session.query(statement)


def figures(session, sql):
    def rows(name):
        text = str(session.query(sql[name].replace(";", ""), "JSONCompactEachRow"))
        return [json.loads(line) for line in text.splitlines() if line]

    return {name: rows(name) for name in ("weeks", "values", "adoption")}


class Inserts(BaseHTTPRequestHandler):
    """Takes what a collector sends to ClickHouse."""

    taken = []

    def do_POST(self):
        body = b""
        if self.headers.get("transfer-encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)["query"][0]
        self.taken.append((query, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def free_port():
    with socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return bound.getsockname()[1]


def send(sender):
    """Has the program send what it has queued, in as many runs as that takes, and counts it."""
    sent = 0
    while more := int(subprocess.run(sender, check=True, capture_output=True, text=True).stdout.split()[0]):
        sent += more
    return sent


def through_collector(session, folder, http, sender):
    """Has the sender send every event to a collector, and inserts what that sends on."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Inserts)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    grpc = free_port()
    agent = Path(rotel.__file__).parent / "rotel-agent"
    options = {
        "otlp-http-endpoint": f"127.0.0.1:{http}",
        "otlp-grpc-endpoint": f"127.0.0.1:{grpc}",
        "exporter": "clickhouse",
        "clickhouse-exporter-endpoint": f"http://127.0.0.1:{server.server_port}",
        "clickhouse-exporter-compression": "none",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    log = (folder / "collector.log").open("wb")
    collector = subprocess.Popen([agent, "start", *words], stdout=log, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                create_connection(("127.0.0.1", http)).close()
                break
            except OSError:
                time.sleep(0.05)
        sent = send(sender)
    finally:
        # It sends on what it holds before it ends.
        collector.terminate()
        collector.wait(PATIENCE)
        server.shutdown()
        log.close()
    of_table = "SELECT name, type FROM system.columns WHERE table = 'otel_logs' AND database = currentDatabase()"
    described = str(session.query(of_table, "JSONCompactEachRow"))
    types = dict(json.loads(line) for line in described.splitlines())
    for number, (query, body) in enumerate(Inserts.taken):
        columns = re.search(r"\((.*?)\)", query).group(1)
        file = folder / f"{number}.bin"
        file.write_bytes(body)
        structure = ", ".join(f"{name} {types[name]}" for name in columns.split(",")).replace("'", "\\'")
        session.query(f"INSERT INTO otel_logs ({columns}) SELECT * FROM file('{file}', RowBinary, '{structure}')")
    return sent


def main():
    document, path, folder = Path(sys.argv[1]).read_text(), Path(sys.argv[2]), Path(sys.argv[3])
    http, sender = int(sys.argv[4]), sys.argv[5:]
    sql = blocks(document)
    session = Session(str(folder / "clickhouse"))
    told = {}
    for source in ("file", "collector"):
        run(session, f"CREATE DATABASE {source}; USE {source}")
        run(session, sql["schema"])
        if source == "file":
            run(session, sql["file"].replace("usage.ndjson", str(path)))
        else:
            run(session, sql["collector"])
            told["sent"] = through_collector(session, folder, http, sender)
        told[source] = figures(session, sql)
    print(json.dumps(told))


main()
