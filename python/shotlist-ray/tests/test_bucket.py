"""The real program over videos in a bucket and into one, on a real S3 server (`scripts/s3-server.sh`)."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import fs

from alone import FLAGS, assert_same
from clusters import Command, cluster

pytestmark = [pytest.mark.program, pytest.mark.cluster]

SERVER = Path(__file__).parents[3] / "scripts/s3-server.sh"
VIDEOS = 12


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[fs.S3FileSystem]:
    """A client of a server that ends with the test; everything that is started knows where it is."""
    server = subprocess.Popen(
        ["bash", SERVER, "--run", tmp_path / "s3"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert server.stdout and server.stdin
    address = server.stdout.readline().strip()
    for name, value in {
        "AWS_ACCESS_KEY_ID": "shotlisttest", "AWS_SECRET_ACCESS_KEY": "shotlist-test-secret", "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": address, "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():
        monkeypatch.setenv(name, value)
    scheme, _, host = address.partition("://")
    yield fs.S3FileSystem(
        access_key="shotlisttest", secret_key="shotlist-test-secret", region="us-east-1", scheme=scheme, endpoint_override=host,
        allow_bucket_creation=True)
    server.stdin.close()
    server.wait(60)


def fetch(bucket: fs.S3FileSystem, name: str, folder: Path) -> None:
    """Brings an output here, as if it had been written into the folder `out`."""
    for info in bucket.get_file_info(fs.FileSelector(f"films/{name}", recursive=True)):
        if info.type != fs.FileType.File:
            continue
        with bucket.open_input_stream(info.path) as stream:
            data = stream.read()
        file = folder / name / info.path.removeprefix(f"films/{name}/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.replace(f"s3://films/{name}/".encode(), b"out/") if file.suffix == ".json" else data)


def test_videos_of_a_bucket_make_the_output_of_one_process_in_it(bucket: fs.S3FileSystem, folder: Path) -> None:
    program = str(Path(os.environ["SHOTLIST"]).resolve())
    bucket.create_dir("films")
    for index in range(VIDEOS):
        name = folder / f"{index:03}.mp4"
        subprocess.run(
            ["ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", f"testsrc=s=160x120:r=12:d={index + 6}",
             "-ss", str(index), "-c:v", "libx264", "-preset", "ultrafast", "-bitexact", name], check=True)
        with bucket.open_output_stream(f"films/raw/{name.name}") as stream:
            stream.write(name.read_bytes())
    flags = ["--video-dir", "s3://films/raw", *FLAGS[2:]]
    subprocess.run([program, "run", *flags, "--output-path", "s3://films/alone"], check=True, capture_output=True)
    with cluster(1, 1) as made:
        command = Command(
            made, folder, [*flags, "--output-path", "s3://films/ray", "--shotlist", program, "--ray-task-bytes", "1"])
        assert command.wait(600) == 0, command.log()
        cut = Command(made, folder, [*flags, "--output-path", "s3://films/cut", "--shotlist", program, "--task-span", "4"])
        assert cut.wait() == 64 and "--task-span cannot cut" in cut.log()
    for output in ("alone", "ray"):
        fetch(bucket, output, folder)
    assert_same(folder, "ray", least=VIDEOS * 3)
