"""Mechanisms from files: arrays, PyTorch weights and ONNX graphs, each the same net as in NumPy. Nothing is unpickled."""

from itertools import pairwise

import numpy as np
import pytest

from rulewright.errors import InputError, MissingExtra
from rulewright.mechanisms import auction
from rulewright.mechanisms.audit.load import load
from rulewright.mechanisms.audit.nets import Layers, Net, to_arrays


def regret_net(bidders=2, items=2, hidden=6, head="softmax", seed=0):
    rng = np.random.default_rng(seed)

    def layers(out):
        widths = (bidders * items, hidden, hidden, out)
        pairs = list(pairwise(widths))
        return Layers(
            tuple(rng.normal(0, 0.7, (b, a)) for a, b in pairs), tuple(rng.normal(0, 0.2, b) for _, b in pairs)
        )

    out = (bidders + 1) * items + (bidders * (items + 1) if head == "unit" else 0)
    demand = "unit" if head == "unit" else "additive"
    return Net(auction(bidders, items, demand=demand), layers(out), layers(bidders), head=head)


def same(net, other, atol=1e-12):
    types = net.environment.profiles(50, 3)
    a, b = net.outcome(types), other.outcome(types)
    return np.allclose(a.decision, b.decision, atol=atol) and np.allclose(a.payments, b.payments, atol=atol)


@pytest.mark.parametrize("head", ["softmax", "unit"])
def test_a_regret_net_never_takes_more_than_its_allocation_is_worth(head):
    net = regret_net(head=head)
    types = net.environment.profiles(200, 0)
    found = net.outcome(types)
    assert (net.utilities(types, found) >= 0).all() and (
        net.environment.decisions.excess(found.decision) <= 1e-12
    ).all()


def test_arrays_come_back(tmp_path):
    net = regret_net(head="unit")
    np.savez(tmp_path / "net.npz", **to_arrays(net))
    assert same(net, load(str(tmp_path / "net.npz"), net.environment))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda a: a.pop("allocation.1.bias"), "allocation.1.bias"),
        (lambda a: a.update({"allocation.0.weight": np.full((6, 4), np.nan)}), "finite"),
        (lambda a: a.update({"allocation.0.weight": np.ones((6, 3))}), "4 numbers in"),
        (lambda a: a.update({"payments.2.weight": np.ones((2, 9))}), "follow each other"),
        (lambda a: a.update({"head": np.array("argmax")}), "softmax or sparsemax or unit"),
        (lambda a: [a.pop(k) for k in list(a) if k.startswith("payments")], "--layers"),
    ],
)
def test_weights_that_are_no_net_are_told(tmp_path, change, told):
    net = regret_net()
    arrays = to_arrays(net)
    change(arrays)
    np.savez(tmp_path / "net.npz", **arrays)
    with pytest.raises(InputError, match=r"net\.npz") as error:
        load(str(tmp_path / "net.npz"), net.environment)
    assert told in str(error.value)


def test_without_the_extra_the_remedy_names_it(tmp_path, monkeypatch):
    import sys

    for name, extra in (("torch", "pt"), ("onnxruntime", "onnx")):
        monkeypatch.setitem(sys.modules, name, None)
        path = tmp_path / f"net.{extra}"
        path.write_bytes(b"")
        with pytest.raises(MissingExtra, match="Install"):
            load(str(path), auction(2, 2))


def test_a_state_dict_of_another_house_is_read_by_its_prefixes(tmp_path):
    torch = pytest.importorskip("torch")
    net = regret_net()
    state = {}
    for key, value in to_arrays(net).items():
        if key.endswith(("weight", "bias")):
            name = key.replace("allocation", "alloc_layers").replace("payments", "tax")
            state[name] = torch.tensor(value)
    torch.save(state, tmp_path / "net.pt")
    assert same(net, load(str(tmp_path / "net.pt"), net.environment, layers={"payments": "tax"}))
    torch.save({"model": object()}, tmp_path / "bad.pt")
    with pytest.raises(InputError, match="state dict"):
        load(str(tmp_path / "bad.pt"), net.environment)


@pytest.mark.parametrize("flat", [False, True])
def test_a_graph_gives_what_the_net_gives(tmp_path, flat):
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("onnxruntime")
    from onnx import TensorProto, helper, numpy_helper

    net = regret_net(1, 2)
    nodes, constants = [], []
    shape = ["batch", 2] if flat else ["batch", 1, 2]
    last = "reports"
    if not flat:
        constants.append(numpy_helper.from_array(np.array([-1, 2]), "flat"))
        nodes.append(helper.make_node("Reshape", ["reports", "flat"], ["row"]))
        last = "row"
    ends = {}
    for part, layers in (("a", net.allocation), ("p", net.payments)):
        at = last
        for k, (w, b) in enumerate(zip(layers.weights, layers.biases, strict=True)):
            constants += [numpy_helper.from_array(w.astype(np.float32), f"{part}w{k}")]
            constants += [numpy_helper.from_array(b.astype(np.float32), f"{part}b{k}")]
            nodes.append(helper.make_node("Gemm", [at, f"{part}w{k}", f"{part}b{k}"], [f"{part}z{k}"], transB=1))
            at = f"{part}z{k}"
            if k < len(layers.weights) - 1:
                nodes.append(helper.make_node("Tanh", [at], [f"{part}t{k}"]))
                at = f"{part}t{k}"
        ends[part] = at
    constants += [numpy_helper.from_array(np.array(v), n) for n, v in (("two", [-1, 2, 2]), ("row1", [-1, 1, 2]))]
    constants += [numpy_helper.from_array(np.array(v), n) for n, v in (("zero", [0]), ("one", [1]), ("axis", [1]))]
    nodes += [
        helper.make_node("Reshape", [ends["a"], "two"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["all"], axis=1),
        helper.make_node("Slice", ["all", "zero", "one", "axis"], ["allocation"]),
        helper.make_node("Sigmoid", [ends["p"]], ["share"]),
        helper.make_node("Reshape", ["reports", "row1"], ["table"]),
        helper.make_node("Mul", ["allocation", "table"], ["worth"]),
        helper.make_node("ReduceSum", ["worth", "last"], ["total"], keepdims=0),
        helper.make_node("Mul", ["share", "total"], ["payments"]),
    ]
    constants.append(numpy_helper.from_array(np.array([2]), "last"))
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("reports", TensorProto.FLOAT, shape)],
        [
            helper.make_tensor_value_info("allocation", TensorProto.FLOAT, None),
            helper.make_tensor_value_info("payments", TensorProto.FLOAT, None),
        ],
        constants,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, str(tmp_path / "net.onnx"))
    assert same(net, load(str(tmp_path / "net.onnx"), net.environment), atol=1e-5)


def test_what_is_no_graph_is_told(tmp_path):
    pytest.importorskip("onnxruntime")
    (tmp_path / "net.onnx").write_text("no graph", encoding="utf-8")
    with pytest.raises(InputError, match="ONNX graph"):
        load(str(tmp_path / "net.onnx"), auction(1, 2))
