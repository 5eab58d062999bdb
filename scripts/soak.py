#!/usr/bin/env python3
"""Clients of a soak test: mixed requests for some minutes while data changes, every answer held against its version.

Usage: soak.py BASE ATLAS SECONDS PID TOKEN

Every 20 s the title of the atlas changes to and fro and the service is told to load; so there are two versions of the
data. For each address and version the first answer is kept as a digest, and every later one must be the same. An answer
that is neither whole nor of one version shows as a difference. Memory is read from /proc once a second.
"""

import collections
import hashlib
import http.client
import json
import os
import random
import re
import sys
import threading
import time
import urllib.parse

BASE, ATLAS, SECONDS, PID, TOKEN = sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
HOST = urllib.parse.urlparse(BASE).netloc
CLIENTS = 6
EVERY = 20.0

# Light and heavy, small and large, right and wrong.
ADDRESSES = [
    ("GET", "/api/summary", None),
    ("GET", "/collections/villages/items?limit=20", None),
    ("GET", "/collections/roads/items?limit=2000", None),
    ("GET", "/collections/road_gaps/items?f=html", None),
    ("GET", "/collections/villages/items?filter=population%20%3E%20100&sortby=-population", None),
    ("GET", "/collections/villages/items?f=csv", None),
    ("GET", "/collections/villages/items?f=gpkg", None),
    ("GET", "/tiles/WebMercatorQuad/0/0/0", None),
    ("GET", "/tiles/WebMercatorQuad/8/90/135", None),
    ("GET", "/api/rankings?limit=5", None),
    ("GET", "/api/plans/all?budget=1000000", None),
    ("GET", "/api/scorecard?f=xlsx", None),
    ("GET", "/api", None),
    ("GET", "/ogc?f=json", None),
    ("GET", "/", None),
    ("GET", "/health/ready", None),
    ("GET", "/collections/goats/items", None),
    ("GET", "/collections/villages/items?bbox=1,2,3", None),
    ("POST", "/scenarios", '{"type":"FeatureCollection","features":[]}'),
]
# Their answers say how long something took or when.
ALIVE = ("/health/ready",)

lock = threading.Lock()
counts = collections.Counter()
digests = {}
wrong = []
slowest = collections.Counter()
end = time.time() + SECONDS


def settled(body):
    """An answer without the moment it was given at."""
    return re.sub(rb'"timeStamp":"[^"]*"', b"", body)


def client(number):
    choose = random.Random(number)
    connection = http.client.HTTPConnection(HOST, timeout=90)
    while time.time() < end:
        method, path, body = choose.choice(ADDRESSES)
        begin = time.time()
        try:
            connection.request(method, path, body, {"X-Forwarded-For": f"203.0.113.{number}"})
            answer = connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as e:
            # The service may close a connection that was silent; once more, and then it is a fault.
            connection.close()
            with lock:
                counts["closed"] += 1
                if not isinstance(e, (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)):
                    wrong.append(f"{path}: {e!r}")
            continue
        took = time.time() - begin
        version = answer.getheader("X-Data-Version")
        with lock:
            counts[answer.status] += 1
            slowest[path] = max(slowest[path], took)
            if answer.status >= 500 and not (answer.status == 503 and answer.getheader("Retry-After")):
                wrong.append(f"{path}: {answer.status} {data[:200]!r}")
            elif answer.status in (503, 429):
                pass
            elif not version:
                wrong.append(f"{path}: no version")
            elif path not in ALIVE:
                digest = (answer.status, hashlib.sha256(settled(data)).hexdigest())
                known = digests.setdefault((path, version), digest)
                if known != digest:
                    wrong.append(f"{path}: two answers of {version}")
                if path == "/api/summary" and json.loads(data)["data_version"] != version:
                    wrong.append(f"{path}: {version} in the head, another in the body")


def retitle(title):
    text = open(ATLAS, encoding="utf-8").read()
    text = re.sub(r"(?m)^title = .*$", f'title = {{ zh = "{title}", en = "{title}" }}', text)
    beside = ATLAS + ".new"
    with open(beside, "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(beside, ATLAS)


def loader():
    number = 0
    while time.time() < end:
        retitle(("One", "Two")[number % 2])
        number += 1
        connection = http.client.HTTPConnection(HOST, timeout=300)
        connection.request("POST", "/admin/reload?wait=true", headers={"Authorization": f"Bearer {TOKEN}"})
        answer = connection.getresponse()
        told = json.loads(answer.read())
        with lock:
            counts[f"load {told.get('result')}"] += 1
            if answer.status != 200:
                wrong.append(f"load: {told}")
        time.sleep(max(0.0, min(EVERY, end - time.time())))


def resident():
    for line in open(f"/proc/{PID}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


memory = []


def watcher():
    begin = time.time()
    while time.time() < end:
        memory.append((time.time() - begin, resident()))
        time.sleep(1)


threads = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
threads += [threading.Thread(target=loader), threading.Thread(target=watcher)]
for t in threads:
    t.start()
for t in threads:
    t.join()

# Peaks of each minute: a load holds two data versions for a moment, and that is no leak.
minutes = collections.defaultdict(list)
for at, mib in memory:
    minutes[int(at // 60)].append(mib)
peaks = [max(v) for _, v in sorted(minutes.items()) if len(v) > 30]
lows = [min(v) for _, v in sorted(minutes.items()) if len(v) > 30]
print("answers", dict(sorted(counts.items(), key=str)))
print("versions", len({v for _, v in digests}), "addresses and versions", len(digests))
print("slowest", {p: round(s, 2) for p, s in slowest.most_common(5)})
print("memory peaks by minute, MiB", [round(p) for p in peaks])
print("memory lows by minute, MiB ", [round(p) for p in lows])
if len(peaks) > 2:
    growth = max(peaks[1:]) / peaks[1] - 1
    print(f"growth of the peak after the second minute {growth:.1%}")
    if growth > 0.05:
        wrong.append(f"memory grew by {growth:.1%}")
for w in wrong[:20]:
    print("WRONG", w)
sys.exit(1 if wrong else 0)
