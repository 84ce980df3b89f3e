"""Sends one event by the project's own sender and by each receiver's own library, over loopback, and
compares what arrives.

Reads a JSON document from standard input: ``run`` (a command and its environment) and ``config`` (the
file of its settings). Prints a line for each receiver, and ends with 1 when something differs that is
not listed here.
"""

import base64
import gzip
import json
import subprocess
import sys
import threading
import time
import urllib.parse
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

KEY = "k3y"
PATIENCE = 30

# What either side has beyond the other, and why.
REASONS = {
    "posthog": {
        "only ours": {
            "properties.$process_person_profile": "no profile of a person is made",
        },
        "only theirs": {
            "historical_migration": "is false, which is the default",
            "sent_at": "corrects the clock of a device; times are ours in UTC",
            "properties.$is_server": "says that a server sends",
            "properties.$os": "more about the machine than is told",
            "properties.$os_version": "more about the machine than is told",
            "properties.$os_distro": "more about the machine than is told",
            "properties.$python_runtime": "is of Python",
            "properties.$python_version": "is of Python",
        },
        "other value": {"properties.$lib", "properties.$lib_version"},
    },
    "segment": {
        "only ours": {},
        "only theirs": {
            "integrations": "is empty, which is the default",
            "sentAt": "corrects the clock of a device; times are ours in UTC",
            "writeKey": "is said by signing in, as the interface documents",
            "userId": "is null: who has no name has an anonymousId",
        },
        "other value": {"context.library.name", "context.library.version"},
    },
    "amplitude": {
        "only ours": {"options.min_id_length": "identities of any length are somebody's"},
        "only theirs": {},
        "other value": {"library"},
    },
    "mixpanel": {
        "only ours": {},
        "only theirs": {
            "properties.token": "signs in by the token instead, as the interface documents",
            "properties.mp_lib": "is of the library",
            "properties.$lib_version": "is of the library",
        },
        # Seconds with a fraction there, milliseconds here; the interface takes both.
        "other value": {"properties.time"},
    },
    "otlp": {
        "only ours": {"scope.version": "the library's version"},
        "only theirs": {},
        "other value": {"scope.name", "observedTimeUnixNano"},
    },
}
PATHS = {
    "posthog": "/batch/",
    "segment": "/v1/batch",
    "amplitude": "/2/httpapi",
    "mixpanel": "/import?strict=1",
    "otlp": "/v1/logs",
}


class Requests(BaseHTTPRequestHandler):
    """Keeps what comes."""

    taken = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.taken.append((self.path, dict(self.headers), body))
        answer = b'{"code": 200, "status": 1}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self):
        self.send_response(404)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def arrived(path):
    """The next request at a path."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        for number, request in enumerate(Requests.taken):
            if request[0].split("?")[0].rstrip("/") == path.split("?")[0].rstrip("/"):
                return Requests.taken.pop(number)
        time.sleep(0.02)
    raise SystemExit(f"error: nothing has come to {path}")


def flat(value, prefix=""):
    if isinstance(value, dict) and value:
        return {name: found for key, item in value.items() for name, found in flat(item, f"{prefix}{key}.").items()}
    return {prefix.rstrip("."): value}


def from_json(_, body):
    return json.loads(body)


def from_otlp(headers, body):
    from google.protobuf.json_format import MessageToDict
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest

    if headers.get("Content-Type", headers.get("content-type")) == "application/json":
        document = json.loads(body)
    else:
        document = MessageToDict(ExportLogsServiceRequest.FromString(body), use_integers_for_enums=True)
    scope_logs = document["resourceLogs"][0]["scopeLogs"][0]
    record = scope_logs["logRecords"][0]
    attributes = {item["key"]: next(iter(item["value"].values())) for item in record.pop("attributes")}
    whole = {**record, "attributes": attributes, "scope": scope_logs.get("scope", {})}
    return without_defaults(whole)


def without_defaults(value):
    """What protobuf does not write, and JSON may."""
    if not isinstance(value, dict):
        return value
    kept = {key: without_defaults(item) for key, item in value.items()}
    return {key: item for key, item in kept.items() if item not in (None, 0, "", [], {}) or item is False}


def one(name, headers, body):
    """The event of a request, with what is around it."""
    if name == "otlp":
        return from_otlp(headers, body)
    if name == "mixpanel" and body.startswith(b"data="):
        form = urllib.parse.parse_qs(body.decode())
        document = json.loads(form["data"][0])
        return document[0] if isinstance(document, list) else document
    document = json.loads(body)
    if isinstance(document, list):
        return document[0]
    inner = next(iter(document.pop(key) for key in ("batch", "events") if key in document))
    return {**document, **inner[0]}


def ours(name, given, port):
    config = f"""[plugins.kedro-telemetry]
endpoint = "http://127.0.0.1:{port}{PATHS[name]}"
format = "{name}"
app_id = "{KEY}"
"""
    Path(given["config"]).parent.mkdir(parents=True, exist_ok=True)
    Path(given["config"]).write_text(config)
    subprocess.run(given["run"], env=given["env"], check=True, stdout=subprocess.DEVNULL)
    return arrived(PATHS[name])


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def by_posthog(event, url):
    from posthog import Posthog

    client = Posthog(event["api_key"], host=url, sync_mode=True)
    properties = {key: value for key, value in event["properties"].items() if not key.startswith("$")}
    client.capture(
        event["event"],
        distinct_id=event["distinct_id"],
        properties=properties,
        timestamp=moment(event["timestamp"]),
        uuid=event["uuid"],
    )


def by_segment(event, url):
    from segment.analytics.client import Client

    client = Client(KEY, host=url, sync_mode=True)
    client.track(
        anonymous_id=event["anonymousId"],
        event=event["event"],
        properties=event["properties"],
        timestamp=moment(event["timestamp"]),
        message_id=event["messageId"],
    )


def by_amplitude(event, url):
    from amplitude import Amplitude, BaseEvent, Config

    client = Amplitude(KEY, Config(server_url=url + PATHS["amplitude"], flush_queue_size=1))
    client.track(
        BaseEvent(
            event_type=event["event_type"],
            device_id=event["device_id"],
            time=event["time"],
            insert_id=event["insert_id"],
            event_properties=event["event_properties"],
        )
    )
    client.flush()


def by_mixpanel(event, url):
    from mixpanel import Consumer, Mixpanel

    properties = dict(event["properties"])
    client = Mixpanel(KEY, consumer=Consumer(import_url=f"{url}/import"))
    client.import_data(
        api_key="",
        distinct_id=properties.pop("distinct_id"),
        event_name=event["event"],
        timestamp=properties.pop("time") / 1000,
        properties=properties,
        api_secret=KEY,
    )


def by_otlp(event, url):
    from opentelemetry._logs import LogRecord, SeverityNumber
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.sdk._logs import LoggerProvider
    from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor

    provider = LoggerProvider()
    provider.add_log_record_processor(SimpleLogRecordProcessor(OTLPLogExporter(endpoint=url + PATHS["otlp"])))
    values = {
        key: int(value) if isinstance(value, str) and value.lstrip("-").isdigit() and key not in TEXTS else value
        for key, value in event["attributes"].items()
    }
    provider.get_logger("usage").emit(
        LogRecord(
            timestamp=int(event["timeUnixNano"]),
            severity_number=SeverityNumber.INFO,
            event_name=event["eventName"],
            attributes=values,
        )
    )
    provider.force_flush()


TEXTS = {"identity", "idempotency_key"}
LIBRARIES = {
    "posthog": by_posthog,
    "segment": by_segment,
    "amplitude": by_amplitude,
    "mixpanel": by_mixpanel,
    "otlp": by_otlp,
}


def same(one, other):
    """Whether two values say the same: times may be written in several ways."""
    if one == other:
        return True
    if isinstance(one, str) and isinstance(other, str):
        try:
            # Some write no more than milliseconds.
            return abs((moment(one) - moment(other)).total_seconds()) < 0.001
        except ValueError:
            return False
    return isinstance(one, (int, float)) and isinstance(other, (int, float)) and abs(one - other) < 1


def authorization(headers):
    value = next((value for key, value in headers.items() if key.lower() == "authorization"), "")
    return base64.b64decode(value.removeprefix("Basic ")).decode() if value.startswith("Basic ") else value


def compared(name, given, port):
    _, headers, body = ours(name, given, port)
    event = one(name, headers, body)
    LIBRARIES[name](event, f"http://127.0.0.1:{port}")
    _, their_headers, their_body = arrived(PATHS[name])
    here, there = flat(one(name, headers, body)), flat(one(name, their_headers, their_body))
    reasons = REASONS[name]
    faults, listed = [], 0
    unused = {*reasons["only ours"], *reasons["only theirs"], *reasons["other value"]}
    for key in sorted(here.keys() | there.keys()):
        if key not in there:
            known = key in reasons["only ours"]
            what = f"only ours: {key} = {here[key]!r}"
        elif key not in here:
            known = key in reasons["only theirs"]
            what = f"only theirs: {key} = {there[key]!r}"
        elif not same(here[key], there[key]):
            known = key in reasons["other value"]
            what = f"{key}: {here[key]!r} and {there[key]!r}"
        else:
            continue
        unused.discard(key)
        if known:
            listed += 1
        else:
            faults.append(f"not listed: {what}")
    faults += [f"listed, and no longer so: {key}" for key in sorted(unused)]
    if authorization(headers) != authorization(their_headers):
        faults.append(f"signs in by {authorization(headers)!r} and {authorization(their_headers)!r}")
    equal = sum(same(here[key], there[key]) for key in here.keys() & there.keys())
    return equal, listed, faults


def main():
    given = json.load(sys.stdin)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Requests)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    failed = False
    for name in LIBRARIES:
        equal, listed, faults = compared(name, given, server.server_port)
        state = "FAILED" if faults else "ok"
        print(f"{state:6} {name}: {equal} values as by its own library, {listed} differences with a reason")
        for fault in faults:
            print(f"       {fault}")
        failed |= bool(faults)
    sys.exit(failed)


main()
