"""A cluster of several raylets on this machine, in a process of its own: prints one JSON line of what happened.

argv: the folder of job_pieces, a folder for stores. Started by test_ray.py, which ends it and all its children after a time limit.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path

os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DISABLE_IMPORT_WARNING": "1", "OMP_NUM_THREADS": "1"}
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))

import ray
from ray.cluster_utils import Cluster

from rulewright.jobs import Job, each, run

SMALL = {"object_store_memory": 100 << 20, "include_dashboard": False}
QUICK = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 300, "health_check_failure_threshold": 3}


def jobs(count):
    return [Job.of("job_pieces:wave", seeded=True, n=n % 5 + 1) for n in range(count)]


def killed(cluster, node, marks):
    """Kills that node as soon as a job of it has begun: the job waits there for its end, and the others for it to begin."""
    deadline = time.monotonic() + 60
    while not list(marks.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.02)
    cluster.remove_node(node, allow_graceful=False)


def main(pieces, folder):
    said = {"began": time.time()}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "_system_config": QUICK, **SMALL})
    _first, second = (cluster.add_node(num_cpus=1, **SMALL) for _ in range(2))
    print("STARTED", flush=True)
    try:
        asked = jobs(5) + [Job.of("job_pieces:square", x=x) for x in range(60)]
        place = f"ray:{cluster.address}"
        ray.init(address=cluster.address, log_to_driver=False, configure_logging=False)
        said["nodes"] = sum(node["Alive"] for node in ray.nodes())
        found = run(asked, on=place, folders=[pieces])
        said["results"] = [o.result for o in found]
        marks, victim = Path(folder) / "marks", second.node_id
        marks.mkdir()
        waiting = [Job.of("job_pieces:held_at", folder=str(marks), node=victim, x=x) for x in range(8)]
        killer = threading.Thread(target=killed, args=(cluster, second, marks), daemon=True)
        killer.start()
        seen = list(each(waiting, on=place, folders=[pieces], store=f"{folder}/run", chunk=2))
        killer.join(60)
        said["killed"] = len(list(marks.iterdir()))
        said["done"] = sorted(o.value for o in seen) == list(range(len(waiting)))
        said["attempts"] = max(o.attempts for o in seen)
        said["workers"] = len({o.worker for o in seen})
        deadline = time.monotonic() + 30  # until the head has noticed
        while (left := sum(node["Alive"] for node in ray.nodes())) > 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        said["left"] = left
        poison = [Job.of("job_pieces:dies", x=x) for x in (4, 5, 6)]
        said["poison"] = [[o.done, o.attempts] for o in run(poison, on=place, folders=[pieces], attempts=2)]
        said["kept"] = all(o.kept for o in run(waiting, on=place, folders=[pieces], store=f"{folder}/run"))
    finally:
        ray.shutdown()
        cluster.shutdown()
    print("SAID", json.dumps(said), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
