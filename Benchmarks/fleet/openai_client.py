#!/usr/bin/env python3
"""Caption windows as most scripts do it: the `openai` package, asyncio, and a semaphore.

usage: openai_client.py ENDPOINT FRAMES WINDOWS IN_FLIGHT WARM_UP

FRAMES is a folder with the JPEG files of a window; every window has these, and each request makes its own body of them. The
last line is JSON: the windows that were answered, and what they took after the first WARM_UP ones.
"""
import asyncio
import base64
import json
import pathlib
import sys
import time

from openai import AsyncOpenAI

PROMPT = "Describe what happens in this video. #{}#"


async def caption(client, files, number):
    """One window: its frames as one video, as vLLM takes them, and what they are."""
    frames = ",".join(base64.b64encode(file).decode("ascii") for file in files)
    answer = await client.chat.completions.create(
        model="bench",
        messages=[{"role": "user", "content": [
            {"type": "video_url", "video_url": {"url": f"data:video/jpeg;base64,{frames}"}},
            {"type": "text", "text": PROMPT.format(number)}]}],
        max_tokens=64, temperature=0.1, top_p=0.001, seed=number,
        extra_body={"repetition_penalty": 1.05, "top_k": -1, "media_io_kwargs": {"video": {
            "num_frames": -1, "fps": 25.0, "frames_indices": [6 * index for index in range(len(files))],
            "total_num_frames": 6 * len(files) - 5, "duration": (6 * len(files) - 5) / 25, "do_sample_frames": False}}})
    return answer.choices[0].message.content


async def run(client, files, windows, in_flight):
    semaphore = asyncio.Semaphore(in_flight)

    async def one(number):
        async with semaphore:
            return await caption(client, files, number)

    captions = await asyncio.gather(*[one(number) for number in range(windows)])
    return sum(1 for text in captions if text)


async def main():
    endpoint, folder, windows, in_flight, warm_up = sys.argv[1], pathlib.Path(sys.argv[2]), *map(int, sys.argv[3:6])
    files = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]
    async with AsyncOpenAI(base_url=f"{endpoint}/v1", api_key="none", max_retries=0) as client:
        await run(client, files, warm_up, in_flight)
        wall, cpu = time.monotonic(), time.process_time()
        answered = await run(client, files, windows, in_flight)
        print(json.dumps({"windows": answered, "wall_seconds": time.monotonic() - wall,
                          "cpu_seconds": time.process_time() - cpu}), flush=True)


asyncio.run(main())
