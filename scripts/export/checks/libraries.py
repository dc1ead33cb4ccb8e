"""Exports as the libraries of their users load them: datasets, webdataset, pandas and pyarrow.

Each function gives a video's bytes or path and its caption: of all parts, with the part's name, or of one part. Nothing is
asked of a network.
"""
import glob
import json
import os
import tempfile

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_DATASETS_OFFLINE"] = "1"

PARTS = ["train", "validation"]


def loaded(name, **arguments):
    """All parts of a data set, with videos as bytes or paths: no decoder is needed for these."""
    import datasets

    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        parts = datasets.load_dataset(name, cache_dir=cache, **arguments)
        for part in sorted(parts):
            rows = parts[part]
            for column, feature in rows.features.items():
                if isinstance(feature, datasets.Video):
                    rows = rows.cast_column(column, datasets.Video(decode=False))
            for row in rows:
                yield part, row


def video_of(value):
    """A video's bytes where there are some, else its path."""
    return value["bytes"] if value["bytes"] is not None else value["path"]


def videofolder(folder):
    """`load_dataset("videofolder")`: `file_name` becomes the column `video`."""
    for part, row in loaded("videofolder", data_dir=folder):
        if not isinstance(row["start"], float) or not isinstance(row["frames"], int):
            raise ValueError(f"columns have the types {[type(value) for value in row.values()]}")
        yield part, video_of(row["video"]), row["caption"]


def data_files(folder, pattern):
    """The files of each part; all are for training where there are no parts."""
    parts = {part: sorted(glob.glob(os.path.join(glob.escape(folder), part, pattern))) for part in PARTS}
    parts = {part: files for part, files in parts.items() if files}
    return parts or {"train": sorted(glob.glob(os.path.join(glob.escape(folder), pattern)))}


def datasets_parquet(folder):
    """`load_dataset("parquet")`."""
    for part, row in loaded("parquet", data_files=data_files(folder, "captions.parquet")):
        below = folder if not os.path.isdir(os.path.join(folder, part)) else os.path.join(folder, part)
        yield part, os.path.join(below, row["video"]), row["caption"]


def datasets_webdataset(folder):
    """`load_dataset("webdataset")`."""
    for part, row in loaded("webdataset", data_files=data_files(folder, "*.tar")):
        if row["json"]["caption"] != row["txt"]:
            raise ValueError(f"{row['__key__']} has two captions")
        yield part, video_of(row["mp4"]), row["txt"]


def webdataset(folder):
    """webdataset's own reader, shard by shard in order."""
    import webdataset as library

    for part, shards in data_files(folder, "*.tar").items():
        for sample in library.WebDataset(shards, shardshuffle=False):
            if sorted(key for key in sample if not key.startswith("__")) != ["json", "mp4", "txt"]:
                raise ValueError(f"{sample['__key__']} has {sorted(sample)}")
            if json.loads(sample["json"])["caption"] != sample["txt"].decode():
                raise ValueError(f"{sample['__key__']} has two captions")
            yield part, sample["mp4"], sample["txt"].decode()


def datasets_json(folder):
    """`load_dataset("json")`."""
    for part, row in loaded("json", data_files=data_files(folder, "captions.jsonl")):
        below = folder if not os.path.isdir(os.path.join(folder, part)) else os.path.join(folder, part)
        yield part, os.path.join(below, row["video"]), row["caption"]


def pandas_jsonl(folder):
    """pandas' read_json, of a part; texts stay texts."""
    import pandas

    frame = pandas.read_json(os.path.join(folder, "captions.jsonl"), lines=True, dtype={"caption": str})
    for row in frame.to_dict("records"):
        yield os.path.join(folder, row["video"]), row["caption"]


def pandas_csv(folder):
    """pandas' read_csv, of a part; texts stay texts."""
    import pandas

    frame = pandas.read_csv(os.path.join(folder, "captions.csv"), keep_default_na=False, dtype={"caption": str})
    for row in frame.to_dict("records"):
        yield os.path.join(folder, row["video"]), row["caption"]


def pandas_parquet(folder):
    """pandas' read_parquet, by pyarrow, of a part."""
    import pandas

    frame = pandas.read_parquet(os.path.join(folder, "captions.parquet"))
    for row in frame.to_dict("records"):
        yield os.path.join(folder, row["video"]), row["caption"]


def pyarrow_parquet(folder):
    """pyarrow's own reader, of a part, which holds the schema against the one that is documented."""
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(os.path.join(folder, "captions.parquet"))
    types = {field.name: str(field.type) for field in table.schema}
    whole = {"frames", "width", "height", "rating"}
    pointed = {"start", "end", "fps"}
    for name, kind in types.items():
        wanted = "int64" if name in whole else "double" if name in pointed else "string"
        if kind != wanted:
            raise ValueError(f"the column {name} is {kind}")
    for row in table.to_pylist():
        yield os.path.join(folder, row["video"]), row["caption"]
