"""A cluster of several raylets on this machine, in a process of its own: prints one JSON line of what happened.

argv: the folder of job_pieces, a folder for stores. Started by test_ray.py, which ends it and all its children after a time limit.
"""

import json
import os
import sys
import time

os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DISABLE_IMPORT_WARNING": "1", "OMP_NUM_THREADS": "1"}
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))

import ray
from ray.cluster_utils import Cluster

from rulewright.jobs import Job, each, run

SMALL = {"object_store_memory": 100 << 20, "include_dashboard": False}
QUICK = {"health_check_initial_delay_ms": 0, "health_check_period_ms": 300, "health_check_failure_threshold": 3}


def jobs(count):
    return [Job.of("job_pieces:wave", seeded=True, n=n % 5 + 1) for n in range(count)]


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
        naps, seen, killed = [Job.of("job_pieces:naps", seconds=0.1, x=x) for x in range(40)], [], False
        for outcome in each(naps, on=place, folders=[pieces], store=f"{folder}/run", chunk=2):
            seen.append(outcome)
            if not killed and len({o.worker for o in seen}) == 2:
                cluster.remove_node(second, allow_graceful=False)
                killed = True
        said["done"] = sorted(o.value for o in seen) == list(range(len(naps)))
        said["attempts"] = max(o.attempts for o in seen)
        said["workers"] = len({o.worker for o in seen})
        said["left"] = sum(node["Alive"] for node in ray.nodes())
        poison = [Job.of("job_pieces:dies", x=x) for x in (4, 5, 6)]
        said["poison"] = [[o.done, o.attempts] for o in run(poison, on=place, folders=[pieces], attempts=2)]
        said["kept"] = all(o.kept for o in run(naps, on=place, folders=[pieces], store=f"{folder}/run"))
    finally:
        ray.shutdown()
        cluster.shutdown()
    print("SAID", json.dumps(said), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
