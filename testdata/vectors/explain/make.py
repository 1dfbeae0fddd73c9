"""Makes the model files of this folder and what the libraries themselves answer for them.

Debian 12: python3-xgboost 1.7.4, python3-sklearn 1.2.1, python3-onnx 1.12. Invented data, fixed seed.
    /usr/bin/python3 testdata/vectors/explain/make.py
"""

import json
import os

import numpy as np
import onnx
import xgboost as xgb
from onnx import TensorProto, helper
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier

HERE = os.path.dirname(os.path.abspath(__file__))
rng = np.random.default_rng(20261126)
N = 400
FEATURES = ["late", "years", "amount", "calls", "region"]
X = np.column_stack(
    [
        rng.poisson(1.5, N),
        rng.exponential(4, N).round(2),
        rng.normal(120, 40, N).round(2),
        rng.poisson(3, N),
        rng.integers(0, 6, N),
    ]
).astype(float)
y = (0.9 * X[:, 0] - 0.2 * X[:, 1] + 0.01 * X[:, 2] + 0.4 * (X[:, 4] == 2) + rng.normal(0, 1, N) > 1.2).astype(int)
holes = X.copy()
holes[rng.random(X.shape) < 0.1] = np.nan
rows = [[None if np.isnan(v) else v for v in row] for row in holes[:12].tolist()]


def save(name, value):
    with open(os.path.join(HERE, name), "w") as out:
        json.dump(value, out)
        out.write("\n")


def booster(name, params, label, data=holes, rounds=6, types=None):
    frame = xgb.DMatrix(data, label=label, feature_names=FEATURES, feature_types=types, enable_categorical=types is not None)
    model = xgb.train({"seed": 1, "nthread": 1, **params}, frame, rounds)
    model.save_model(os.path.join(HERE, name))
    ask = xgb.DMatrix(data[:12], feature_names=FEATURES, feature_types=types, enable_categorical=types is not None)
    margin = model.predict(ask, output_margin=True)
    contribs = model.predict(ask, pred_contribs=True)
    return model, {"rows": rows, "margin": margin.tolist(), "contribs": contribs.tolist()}


expected = {}
logistic, expected["xgboost-logistic.json"] = booster(
    "xgboost-logistic.json", {"objective": "binary:logistic", "max_depth": 4, "base_score": 0.3}, y
)
save("xgboost-dump.json", logistic.get_dump(dump_format="json", with_stats=True))
expected["xgboost-dump.json"] = {**expected["xgboost-logistic.json"], "base_score": 0.3}
_, expected["xgboost-poisson.json"] = booster(
    "xgboost-poisson.json", {"objective": "count:poisson", "max_depth": 3, "base_score": 2.0}, X[:, 3]
)
_, expected["xgboost-classes.json"] = booster(
    "xgboost-classes.json", {"objective": "multi:softprob", "num_class": 3, "max_depth": 3}, np.clip(X[:, 0], 0, 2), rounds=3
)
_, expected["xgboost-dart.json"] = booster(
    "xgboost-dart.json", {"objective": "reg:squarederror", "booster": "dart", "rate_drop": 0.4, "max_depth": 3}, X[:, 1], rounds=8
)
_, expected["xgboost-linear.json"] = booster(
    "xgboost-linear.json", {"objective": "reg:squarederror", "booster": "gblinear"}, X[:, 1], data=X
)
expected["xgboost-linear.json"]["rows"] = X[:12].tolist()
# This version does not predict contributions of categorical splits; the margin is enough to see that they are read right.
frame = xgb.DMatrix(X, label=y, feature_names=FEATURES, feature_types=["q", "q", "q", "q", "c"], enable_categorical=True)
model = xgb.train(
    {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 4, "max_cat_to_onehot": 1, "seed": 1, "nthread": 1}, frame, 5
)
model.save_model(os.path.join(HERE, "xgboost-categories.json"))
save("xgboost-categories-dump.json", model.get_dump(dump_format="json", with_stats=True))
margin = model.predict(frame, output_margin=True)[:12].tolist()
expected["xgboost-categories.json"] = {"rows": X[:12].tolist(), "margin": margin}
expected["xgboost-categories-dump.json"] = {"rows": X[:12].tolist(), "margin": margin, "base_score": 0.5}


def arrays(tree):
    return {
        "children_left": tree.children_left.tolist(),
        "children_right": tree.children_right.tolist(),
        "feature": tree.feature.tolist(),
        "threshold": tree.threshold.tolist(),
        "value": tree.value.tolist(),
        "weighted_n_node_samples": tree.weighted_n_node_samples.tolist(),
    }


single = DecisionTreeClassifier(max_depth=4, random_state=1).fit(X, y)
save("sklearn-tree.json", {**arrays(single.tree_), "feature_names": FEATURES})
expected["sklearn-tree.json"] = {"rows": X[:12].tolist(), "margin": single.predict_proba(X[:12])[:, 1].tolist()}
forest = RandomForestClassifier(5, max_depth=4, random_state=1).fit(X, y)
save("sklearn-forest.json", {"format": "scikit-learn", "aggregation": "mean", "estimators": [arrays(t.tree_) for t in forest.estimators_]})
expected["sklearn-forest.json"] = {"rows": X[:12].tolist(), "margin": forest.predict_proba(X[:12])[:, 1].tolist()}
boosted = GradientBoostingClassifier(n_estimators=8, max_depth=3, learning_rate=0.2, random_state=1).fit(X, y)
share = y.mean()
save(
    "sklearn-boosted.json",
    {
        "format": "scikit-learn",
        "aggregation": "sum",
        "learning_rate": 0.2,
        "init": float(np.log(share / (1 - share))),
        "scale": "log_odds",
        "estimators": [arrays(t.tree_) for t in boosted.estimators_[:, 0]],
    },
)
expected["sklearn-boosted.json"] = {"rows": X[:12].tolist(), "margin": boosted.decision_function(X[:12]).tolist()}

# ONNX: the trees of a forest of regressors as a converter writes them, and one with every comparison.
mean = RandomForestRegressor(4, max_depth=4, random_state=1).fit(X, X[:, 1])


def below(value):
    """The largest float32 that is not above the threshold: x <= t then means the same for every float32 x."""
    rounded = np.float32(value)
    return float(rounded if rounded <= value else np.nextafter(rounded, np.float32(-np.inf)))


def ensemble(op, trees, extra=None, attributes=None, modes=None):
    lists = {k: [] for k in ["treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids", "hitrates", "missing_value_tracks_true"]}
    leaves = {k: [] for k in ["treeids", "nodeids", "ids", "weights"]}
    for t, tree in enumerate(trees):
        for n in range(tree.node_count):
            leaf = tree.children_left[n] < 0
            lists["treeids"].append(t)
            lists["nodeids"].append(n)
            lists["featureids"].append(0 if leaf else int(tree.feature[n]))
            mode = "LEAF" if leaf else (modes or (lambda _: "BRANCH_LEQ"))(n)
            value = 0.0 if leaf else below(tree.threshold[n])
            if mode in ("BRANCH_LT", "BRANCH_GTE"):  # x <= t is x < the next float32 after t
                value = float(np.nextafter(np.float32(value), np.float32(np.inf)))
            lists["values"].append(value)
            lists["modes"].append(mode)
            yes, no = int(tree.children_left[n]), int(tree.children_right[n])
            if mode in ("BRANCH_GT", "BRANCH_GTE"):
                yes, no = no, yes
            lists["truenodeids"].append(0 if leaf else yes)
            lists["falsenodeids"].append(0 if leaf else no)
            lists["hitrates"].append(1.0)
            lists["missing_value_tracks_true"].append(0)
            if leaf:
                leaves["treeids"].append(t)
                leaves["nodeids"].append(n)
                leaves["ids"].append(0)
                leaves["weights"].append(float(np.float32(tree.value[n][0][0])))
    prefix = "target" if op == "TreeEnsembleRegressor" else "class"
    values = {**{f"nodes_{k}": v for k, v in lists.items()}, **{f"{prefix}_{k}": v for k, v in leaves.items()}, **(attributes or {})}
    node = helper.make_node(op, ["x"], ["y"] if op == "TreeEnsembleRegressor" else ["label", "y"], domain="ai.onnx.ml", **values)
    nodes = [node] + (extra or [])
    graph = helper.make_graph(
        nodes,
        "trees",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 5])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [None, 1])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8)


trees = [t.tree_ for t in mean.estimators_]
onnx.save(ensemble("TreeEnsembleRegressor", trees, attributes={"n_targets": 1, "aggregate_function": "AVERAGE"}), os.path.join(HERE, "forest.onnx"))
turned = lambda n: ["BRANCH_LEQ", "BRANCH_GT", "BRANCH_LT", "BRANCH_GTE"][n % 4]
onnx.save(
    ensemble("TreeEnsembleRegressor", trees, attributes={"n_targets": 1, "base_values": [1.5]}, modes=turned),
    os.path.join(HERE, "turned.onnx"),
)
expected["forest.onnx"] = {"rows": X[:12].tolist(), "margin": mean.predict(X[:12]).tolist(), "background": X[100:120].tolist()}
expected["turned.onnx"] = {
    "rows": X[:12].tolist(),
    "margin": (4 * mean.predict(X[:12]) + 1.5).tolist(),
    "background": X[100:120].tolist(),
}

def classifier(name, trees, weights, classes, post):
    """A TreeEnsembleClassifier; weights(tree, node) gives (class, weight) pairs of a leaf."""
    lists = {k: [] for k in ["treeids", "nodeids", "featureids", "values", "modes", "truenodeids", "falsenodeids"]}
    leaves = {k: [] for k in ["treeids", "nodeids", "ids", "weights"]}
    for t, tree in enumerate(trees):
        for n in range(tree.node_count):
            leaf = tree.children_left[n] < 0
            values = [t, n, 0 if leaf else int(tree.feature[n]), 0.0 if leaf else below(tree.threshold[n]), "LEAF" if leaf else "BRANCH_LEQ"]
            values += [0, 0] if leaf else [int(tree.children_left[n]), int(tree.children_right[n])]
            for k, v in zip(lists, values):
                lists[k].append(v)
            for c, w in weights(tree, n) if leaf else []:
                for k, v in zip(leaves, [t, n, c, float(np.float32(w))]):
                    leaves[k].append(v)
    attributes = {**{f"nodes_{k}": v for k, v in lists.items()}, **{f"class_{k}": v for k, v in leaves.items()}}
    node = helper.make_node(
        "TreeEnsembleClassifier", ["x"], ["label", "scores"], domain="ai.onnx.ml", classlabels_int64s=classes, post_transform=post, **attributes
    )
    graph = helper.make_graph(
        [node],
        "trees",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None, 5])],
        [
            helper.make_tensor_value_info("label", TensorProto.INT64, [None]),
            helper.make_tensor_value_info("scores", TensorProto.FLOAT, [None, len(classes)]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8)
    onnx.save(model, os.path.join(HERE, name))


thirds = RandomForestClassifier(4, max_depth=3, random_state=1).fit(X, np.clip(X[:, 0], 0, 2).astype(int))
classifier(
    "classes.onnx",
    [t.tree_ for t in thirds.estimators_],
    lambda tree, n: [(c, tree.value[n][0][c] / tree.value[n][0].sum() / 4) for c in range(3)],
    [0, 1, 2],
    "NONE",
)
expected["classes.onnx"] = {"rows": X[:12].tolist(), "margin": thirds.predict_proba(X[:12]).tolist()}
# One weight per leaf and two classes, as converters write a boosted binary model: the score before the logistic.
classifier(
    "binary.onnx",
    [t.tree_ for t in boosted.estimators_[:, 0]],
    lambda tree, n: [(0, 0.2 * tree.value[n][0][0])],
    [0, 1],
    "LOGISTIC",
)
prior = float(np.log(share / (1 - share)))
expected["binary.onnx"] = {"rows": X[:12].tolist(), "margin": (boosted.decision_function(X[:12]) - prior).tolist()}


def newer(name, trees):
    """The TreeEnsemble operator of ai.onnx.ml 5: splits and leaves numbered apart, tensors of double."""
    features, splits, modes, yes, no, yes_leaf, no_leaf, targets, weights, roots = ([] for _ in range(10))
    for tree in trees:
        inner = [n for n in range(tree.node_count) if tree.children_left[n] >= 0]
        outer = [n for n in range(tree.node_count) if tree.children_left[n] < 0]
        at = {n: len(features) + i for i, n in enumerate(inner)}
        leaf = {n: len(weights) + i for i, n in enumerate(outer)}
        roots.append(at[0])
        for n in inner:
            features.append(int(tree.feature[n]))
            splits.append(float(tree.threshold[n]))
            left, right = int(tree.children_left[n]), int(tree.children_right[n])
            # Every other split is asked the other way round.
            turn = n % 2 == 1
            modes.append(3 if turn else 0)
            first, second = (right, left) if turn else (left, right)
            yes.append(at.get(first, leaf.get(first)))
            no.append(at.get(second, leaf.get(second)))
            yes_leaf.append(int(first in leaf))
            no_leaf.append(int(second in leaf))
        for n in outer:
            targets.append(0)
            weights.append(float(tree.value[n][0][0]))
    tensor = lambda key, kind, values: helper.make_tensor(key, kind, [len(values)], values)
    node = helper.make_node(
        "TreeEnsemble",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        n_targets=1,
        aggregate_function=1,
        post_transform=0,
        tree_roots=roots,
        nodes_featureids=features,
        nodes_splits=tensor("nodes_splits", TensorProto.DOUBLE, splits),
        nodes_modes=tensor("nodes_modes", TensorProto.UINT8, modes),
        nodes_truenodeids=yes,
        nodes_falsenodeids=no,
        nodes_trueleafs=yes_leaf,
        nodes_falseleafs=no_leaf,
        leaf_targetids=targets,
        leaf_weights=tensor("leaf_weights", TensorProto.DOUBLE, weights),
    )
    graph = helper.make_graph(
        [node],
        "trees",
        [helper.make_tensor_value_info("x", TensorProto.DOUBLE, [None, 5])],
        [helper.make_tensor_value_info("y", TensorProto.DOUBLE, [None, 1])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 5)], ir_version=8)
    onnx.save(model, os.path.join(HERE, name))


newer("newer.onnx", trees)
# It adds where scikit-learn takes the mean, and compares doubles where scikit-learn rounds: away from every threshold that is one.
expected["newer.onnx"] = {"rows": X[:12].tolist(), "margin": (4 * mean.predict(X[:12])).tolist(), "background": X[100:120].tolist()}

extra = [helper.make_node("Scaler", ["y"], ["z"], domain="ai.onnx.ml", offset=[0.0], scale=[2.0])]
onnx.save(ensemble("TreeEnsembleRegressor", trees[:1], extra=extra, attributes={"n_targets": 1}), os.path.join(HERE, "scaled.onnx"))
save("expected.json", expected)
