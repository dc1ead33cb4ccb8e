"""What llama.cpp's converter gets wrong, or takes for granted, in a checkpoint of Nemotron Nano 12B v2 VL.

Needs numpy and gguf-py alone; `keep_fp8` is given the converter.

    fit(model_class, checkpoint)     before the projector is converted
    mend(projector, checkpoint)      after it was
    keep_fp8(model_class)            before the text model is converted
"""

import glob
import json
import os

import gguf
import numpy as np

RADIO = "vision_model.radio_model.model."
POSITIONS = RADIO + "patch_generator.pos_embed"
# The weights that llama.cpp reads a scale for.
SCALED = tuple(f".mixer.{name}.weight" for name in (
    "in_proj", "out_proj", "q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"))
DTYPES = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "BF16": np.uint16}


def fit(model_class, checkpoint):
    """Tells the converter's class for this projector how large the vision tower is, which it takes to be ViT-H.

    `model_class` is `conversion.nemotron.NemotronNanoV2VLModel`. All but the number of heads is read from the shapes of
    the weights; that is `num_attention_heads` of the vision configuration, or 16, as the checkpoint of the real size
    names none.
    """
    tensors = _tensors(checkpoint)
    width = tensors[RADIO + "blocks.0.mlp.fc1.weight"]["shape"]
    layers = {int(name[len(RADIO):].split(".")[1]) for name in tensors if name.startswith(RADIO + "blocks.")}
    model_class._vit_intermediate_size, model_class._vit_hidden_size = width
    model_class._vit_num_layers = len(layers)
    vision = _json(checkpoint, "config.json")["vision_config"]
    model_class._vit_num_heads = vision.get("num_attention_heads", 16)


def keep_fp8(model_class):
    """Makes the converter's class for the text model keep the numbers of FP8 as they are.

    `model_class` is `conversion.nemotron.NemotronHModel`. By itself it multiplies a weight by its scale and rounds the
    product to the type of the file, which is off by up to 0.2 %. Numbers of FP8 are held exactly by BF16, F16 and F32,
    and the scale stands beside them, as it does for NVFP4; llama.cpp multiplies the product of the matrix by it.
    """
    dequantise = model_class.dequant_model

    def dequant_model(self):
        if not self._fp8_as_q8:
            _keep_fp8(self)
        dequantise(self)
    model_class.dequant_model = dequant_model


def _keep_fp8(model):
    """Takes from a model of the converter the scales of its weights in FP8, and writes them."""
    tensors = model.model_tensors
    for name in [name for name in tensors if name.endswith(SCALED)]:
        scale = tensors.get(name + "_scale")
        if scale is None or "float8" not in str(tensors[name]().dtype):
            continue
        scale = _eager(scale())
        if scale.numel() == 1:
            place = model.map_tensor_name(name).removesuffix("weight") + "scale"
            model.gguf_writer.add_tensor(place, scale.float().numpy().reshape(1))
            tensors[name] = lambda weight=tensors[name]: weight().float()
            for part in (name + "_scale", name.removesuffix("weight") + "input_scale"):
                tensors.pop(part, None)


def _eager(tensor):
    from conversion.base import LazyTorchTensor
    return LazyTorchTensor.to_eager(tensor)


def mend(projector, checkpoint):
    """Puts right, in place, what the converter wrote wrongly; doing it twice is no different from doing it once.

    1. The table of positions is interpolated to the grid of a tile with the corners of both grids aligned; the model
       (and vLLM, and transformers) aligns the edges of their cells (`align_corners=False`).
    2. Mean and deviation of pixels are ImageNet's where the preprocessor's configuration has no `image_mean`; the
       model's are `norm_mean` and `norm_std`.

    Raises ValueError, with a sentence, when the two do not belong together.
    """
    file = gguf.GGUFReader(projector, "r+")
    tensor = next((tensor for tensor in file.tensors if tensor.name == "v.position_embd.weight"), None)
    if tensor is None:
        raise ValueError(f"The projector '{projector}' has no table of positions.")
    wanted = _interpolated(_read(checkpoint, POSITIONS), int(tensor.n_elements))
    tensor.data[...] = gguf.quants.quantize(wanted, tensor.tensor_type).reshape(tensor.data.shape)
    for key, values in zip(("clip.vision.image_mean", "clip.vision.image_std"), _normalisation(checkpoint)):
        field = file.get_field(key)
        if field is None or len(field.data) != len(values):
            raise ValueError(f"The projector '{projector}' has no '{key}' of {len(values)} numbers.")
        for place, value in zip(field.data, values):
            field.parts[place][...] = value
    file.data.flush()


def _normalisation(checkpoint):
    """Mean and deviation as vLLM reads them, from the model's configuration first."""
    found = [_json(checkpoint, name) for name in ("config.json", "preprocessor_config.json")]
    pairs = [(each.get("norm_mean"), each.get("norm_std")) for each in found]
    pair = next((pair for pair in pairs if pair[0] and pair[1]), None)
    if pair is None:
        raise ValueError(f"Neither configuration in '{checkpoint}' has 'norm_mean' and 'norm_std'.")
    return pair


def _interpolated(table, elements):
    """A table [1, rows * rows, width] at the size of `elements` numbers, bilinear, edges of cells aligned."""
    count, width = table.shape[-2:]
    rows, side = round(count ** 0.5), round((elements / width) ** 0.5)
    if rows * rows != count or side * side * width != elements:
        raise ValueError(f"A table of positions of {count} times {width} numbers cannot become one of {elements}.")
    grid = table.reshape(rows, rows, width).astype(np.float32)
    place = np.maximum((np.arange(side, dtype=np.float32) + 0.5) * np.float32(rows / side) - 0.5, 0)
    low = place.astype(np.int64)
    high = np.minimum(low + 1, rows - 1)
    share = (place - low).astype(np.float32)
    grid = grid[low] * (1 - share)[:, None, None] + grid[high] * share[:, None, None]
    grid = grid[:, low] * (1 - share)[None, :, None] + grid[:, high] * share[None, :, None]
    return np.ascontiguousarray(grid.reshape(side * side, width))


def _json(checkpoint, name):
    path = os.path.join(checkpoint, name)
    if not os.path.exists(path):
        return {}
    with open(path) as file:
        return json.load(file)


def _tensors(checkpoint):
    """Where each tensor of the checkpoint's safetensors files is: name to file, offset, dtype and shape."""
    found = {}
    for path in sorted(glob.glob(os.path.join(checkpoint, "*.safetensors"))):
        with open(path, "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
        header.pop("__metadata__", None)
        for name, entry in header.items():
            found[name] = {"path": path, "start": 8 + length + entry["data_offsets"][0], "dtype": entry["dtype"],
                           "shape": entry["shape"]}
    return found


def _read(checkpoint, name):
    """A tensor in single precision."""
    entry = _tensors(checkpoint).get(name)
    if entry is None or entry["dtype"] not in DTYPES:
        raise ValueError(f"The checkpoint '{checkpoint}' has no tensor '{name}' in a floating type.")
    values = np.fromfile(
        entry["path"], DTYPES[entry["dtype"]], int(np.prod(entry["shape"])), offset=entry["start"])
    if entry["dtype"] == "BF16":
        values = (values.astype(np.uint32) << 16).view(np.float32)
    return values.astype(np.float32).reshape(entry["shape"])
