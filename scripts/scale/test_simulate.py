#!/usr/bin/env python3
"""Cases of the simulation whose result can be had with a pencil.

usage: python3 -B scripts/scale/test_simulate.py
"""
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import simulate  # noqa: E402


class Fixed:
    """A node that dies at given times."""

    def __init__(self, times, away):
        self.times, self.away = times, away

    def death(self, index):
        return self.times[index] if index < len(self.times) else math.inf


def costs(**changes):
    """Costs of round numbers: nothing but captioning takes time."""
    entries = json.loads((HERE / "costs.json").read_text())["costs"]
    plain = dict(windows_per_second_per_gpu=1.0, windows_per_clip=1, windows_per_video=10, task_bytes=10, task_videos=1000,
                 most_tasks=1e9, windows_in_flight=0,
                 gpus_per_node=8, gpu_mean_life_hours=0, node_away_seconds=0, model_load_seconds=0, video_spread=0,
                 driver_tasks_per_second=1e12, listing_files_per_second=1e12, probe_seconds_per_video=0, video_bytes_per_window=1,
                 storage_read_bytes_per_second=1e18, node_read_bytes_per_second=1e18)
    return simulate.Costs(entries, {name: 1.0 for name in entries} | plain | changes)


class Pool(unittest.TestCase):
    def test_equal_works_fill_all_gpus(self):
        result = simulate.run_pool(simulate.pieces(800, 10), 8, 2.0)
        self.assertAlmostEqual(result["seconds"], 800 / (8 * 2))
        self.assertAlmostEqual(result["busy"], 1.0)
        self.assertEqual(result["taken"], 80)

    def test_the_last_work_is_waited_for(self):
        result = simulate.run_pool([simulate.Work(10, 0), simulate.Work(10, 0), simulate.Work(10, 0)], 2, 1.0)
        self.assertAlmostEqual(result["seconds"], 20)
        self.assertAlmostEqual(result["busy"], 30 / 40)

    def test_loading_and_opening_come_before(self):
        result = simulate.run_pool([simulate.Work(10, 3)], 1, 1.0, load=5)
        self.assertAlmostEqual(result["seconds"], 18)

    def test_a_driver_hands_out_one_after_another(self):
        # 100 works of one second, 10 GPUs, half a second each at the driver: the driver decides, and the last work ends a second later.
        result = simulate.run_pool(simulate.pieces(100, 1), 10, 1.0, hand_out=0.5)
        self.assertAlmostEqual(result["seconds"], 100 * 0.5 + 1)
        self.assertAlmostEqual(result["driver_busy"], 50 / 51)

    def test_a_death_costs_what_was_in_flight_and_the_time_away(self):
        # Dies at 6 of 10 s; of 6 windows 2 are asked again; back at 106, loaded at 109, 6 windows are left.
        result = simulate.run_pool([simulate.Work(10, 0)], 1, 1.0, nodes=[Fixed([6], 100)], in_flight=2, load=0)
        self.assertAlmostEqual(result["seconds"], 106 + 6)
        self.assertAlmostEqual(result["repeated_windows"], 2)
        self.assertEqual(result["gpu_deaths"], 1)

    def test_others_take_what_a_death_left(self):
        # Two nodes of one GPU. The first dies at 5 and stays away; its work goes to the second, which is free at 10.
        nodes = [Fixed([5], 1000), Fixed([], 0)]
        works = [simulate.Work(10, 0), simulate.Work(10, 0), simulate.Work(10, 0)]
        result = simulate.run_pool(works, 2, 1.0, nodes=nodes, gpus_per_node=1)
        self.assertAlmostEqual(result["seconds"], 10 + 5 + 10)

    def test_a_node_takes_all_its_gpus_with_it(self):
        result = simulate.run_pool(simulate.pieces(80, 10), 8, 1.0, nodes=[Fixed([5], 10)], gpus_per_node=8)
        self.assertEqual(result["gpu_deaths"], 8)
        self.assertAlmostEqual(result["seconds"], 20)

    def test_an_idle_gpu_takes_what_a_death_gives_back(self):
        # One work, two GPUs on two nodes. The first dies at 5; the second has had nothing to do, and ends the rest at 10.
        result = simulate.run_pool([simulate.Work(10, 0)], 2, 1.0, nodes=[Fixed([5], 1000), Fixed([], 0)], gpus_per_node=1)
        self.assertAlmostEqual(result["seconds"], 10)

    def test_no_window_is_lost_whatever_dies(self):
        nodes = [simulate.Node(random.Random(node), 20, 7) for node in range(4)]
        result = simulate.run_pool(simulate.pieces(3000, 7), 32, 1.0, nodes=nodes, in_flight=3, load=2, seed=1)
        # What the GPUs were busy with is every window once, and those asked again.
        self.assertAlmostEqual(result["busy"] * 32 * result["seconds"], 3000 + result["repeated_windows"], places=6)
        self.assertGreater(result["gpu_deaths"], 100)

    def test_the_same_seed_gives_the_same(self):
        one, two, other = (simulate.run_pool(simulate.pieces(500, 5), 4, 1.0, spread=0.5, seed=seed) for seed in (3, 3, 4))
        self.assertEqual(one, two)
        self.assertNotEqual(one["seconds"], other["seconds"])

    def test_spread_leaves_the_mean(self):
        result = simulate.run_pool(simulate.pieces(50000, 1), 1, 1.0, spread=0.5, seed=5)
        self.assertAlmostEqual(result["seconds"] / 50000, 1.0, delta=0.02)


class Layouts(unittest.TestCase):
    def test_tasks_are_those_of_shotlist_ray(self):
        c = costs(task_bytes=60, video_bytes_per_window=5, windows_per_video=6, task_videos=100, most_tasks=20)
        self.assertEqual(simulate.windows_per_task(c, 120, 1), 12)       # sixty bytes are two videos
        self.assertEqual(simulate.windows_per_task(c, 600, 1), 30)       # twenty tasks at most
        self.assertEqual(simulate.windows_per_task(c, 100000, 1), 600)   # of a hundred videos at most
        self.assertEqual(simulate.windows_per_task(c, 600, 75), 2)       # four for each worker

    def test_workers_without_losses_take_the_perfect_time(self):
        c = costs()
        result = simulate.workers_layout(c, 8000, 8, 0)
        self.assertAlmostEqual(result["seconds"], 1000)
        self.assertEqual(result["tasks"], 800)
        self.assertEqual(result["opened_videos"], 800)

    def test_a_grain_changes_no_time(self):
        c = costs(driver_tasks_per_second=1.0)
        fine = simulate.workers_layout(c, 8000, 8, 0)
        coarse = simulate.workers_layout(c, 8000, 8, 0, most_works=100)
        self.assertEqual(coarse["grain"], 8)
        self.assertAlmostEqual(fine["seconds"], coarse["seconds"], delta=0.1 * fine["seconds"])

    def test_every_shard_opens_every_video(self):
        c = costs(probe_seconds_per_video=2.0)
        result = simulate.shards_layout(c, 80000, 8, 0)
        self.assertEqual(result["opened_videos"], 8 * 8000)
        # 8,000 videos for 2 s each take longer than 10,000 windows.
        self.assertAlmostEqual(result["seconds"], 16000, delta=1)

    def test_shards_share_what_storage_gives(self):
        c = costs(video_bytes_per_window=100, storage_read_bytes_per_second=800)
        # Each of 8 shards reads 100 bytes of each of 1,000 windows at 100 bytes a second.
        self.assertEqual(simulate.opening_seconds(c, 1000, 8), (1000 / 10 / 1e12, 1000.0))


class Sums(unittest.TestCase):
    def test_storage_of_six_windows_in_one_video(self):
        c = costs(windows_per_video=6, seconds_per_window=10, clip_bytes=1000, record_bytes=100, preview_bytes=10, video_record_bytes=1,
                  chunk_bytes=2, ledger_bytes_per_window=5, video_bytes_per_window=7)
        s = simulate.storage(c, 6)
        self.assertEqual(s["files"], 6 + 6 + 6 + 1 + 1)
        self.assertEqual(s["inodes"], 20 + 6)
        self.assertEqual(s["bytes"], 6 * (1000 + 100 + 10 + 5) + 1 + 2)
        self.assertEqual(s["largest_folder"], 6)
        self.assertEqual(s["input_bytes"], 42)

    def test_an_hour_has_fifteen_chunks(self):
        c = costs(windows_per_video=360, seconds_per_window=10, chunk_bytes=1, clip_bytes=0, record_bytes=0, preview_bytes=0,
                  video_record_bytes=0, ledger_bytes_per_window=0)
        self.assertEqual(simulate.storage(c, 360)["bytes"], 15)

    def test_merging_reads_ledgers_and_writes_records(self):
        c = costs(windows_per_video=6, seconds_per_window=10, merge_windows_per_second=3, durable_file_seconds=0.5)
        self.assertEqual(simulate.merge_seconds(c, 60), (20, 20 * 0.5))

    def test_limits_are_where_the_value_is_the_limit(self):
        c = costs(windows_per_video=6, seconds_per_window=10, ext4_folder_entries=1000, windows_per_clip=2, driver_memory_bytes=100,
                  driver_bytes_per_video=10)
        at = {one["what"]: one["windows"] for one in simulate.limits(c, 8)}
        self.assertEqual(at["entries of clips/ on ext4 without large_dir"], 2000)
        self.assertEqual(at["the driver's list of videos exceeds its memory"], 60)
        inodes = next(value for what, value in at.items() if what.startswith("inodes"))
        self.assertAlmostEqual(simulate.storage(c, inodes)["inodes"], 2 ** 32, delta=1)
        merge = next(value for what, value in at.items() if what.startswith("the merge"))
        self.assertAlmostEqual(sum(simulate.merge_seconds(c, merge)), simulate.DAY, delta=1e-3)
        self.assertEqual([one["windows"] for one in simulate.limits(c, 8)], sorted(at.values()))

    def test_gpus_where_storage_is_what_they_wait_for(self):
        c = costs(storage_read_bytes_per_second=400, video_bytes_per_window=1, probe_seconds_per_video=1e-9)
        at = {one["what"]: one["gpus"] for one in simulate.gpu_limits(c)}
        gpus = at["shards over one folder read more than the storage gives"]
        self.assertEqual(gpus, 20)
        # There reading everything takes as long as captioning a share.
        self.assertAlmostEqual(simulate.opening_seconds(c, 1000, gpus)[1], 1000 / gpus)

    def test_the_floor_is_linear(self):
        c = costs(nemo_clips_per_second=0.85, nemo_gpus=8)
        self.assertAlmostEqual(simulate.perfect_days(c, 0.85 * 86400, 8), 1.0)
        self.assertAlmostEqual(simulate.perfect_days(c, 1e9, 1000), 108.93, places=2)


class Pages(unittest.TestCase):
    def test_tables_go_between_their_marks_and_nothing_else_changes(self):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder, "page.md")
            page.write_text("before\n<!-- simulation a -->\nold\n<!-- end -->\nbetween\n<!-- simulation b -->\n<!-- end -->\nafter\n")
            made = {"a": (("x", "y"), [("1", "2")]), "b": (("z",), [])}
            simulate.write_into(page, made)
            wanted = ("before\n<!-- simulation a -->\n| x | y |\n| --- | --- |\n| 1 | 2 |\n<!-- end -->\nbetween\n"
                      "<!-- simulation b -->\n| z |\n| --- |\n<!-- end -->\nafter\n")
            self.assertEqual(page.read_text(), wanted)
            simulate.write_into(page, made)
            self.assertEqual(page.read_text(), wanted)
            with self.assertRaises(ValueError):
                simulate.write_into(page, {"c": (("x",), [])})


class Unknowns(unittest.TestCase):
    def test_a_cost_that_nobody_knows_is_refused_and_named(self):
        with self.assertRaises(simulate.Unknown) as refused:
            simulate.Costs({"a": {"value": None}, "b": {"value": 1, "basis": "measured"}})
        self.assertEqual(refused.exception.args[0], ["a"])
        given = simulate.Costs({"a": {"value": None}}, {"a": 2.0})
        self.assertEqual((given.a, given.basis("a")), (2.0, "given"))

    def test_a_cost_without_a_basis_is_refused(self):
        with self.assertRaises(ValueError):
            simulate.Costs({"a": {"value": 1, "basis": "felt"}})

    def test_every_cost_says_where_it_is_from(self):
        for name, one in json.loads((HERE / "costs.json").read_text())["costs"].items():
            self.assertEqual(sorted(one), ["basis", "unit", "value", "where"], name)
            self.assertTrue(one["where"], name)

    def test_the_command_names_what_is_missing(self):
        unknown = [name for name, one in json.loads((HERE / "costs.json").read_text())["costs"].items() if one["value"] is None]
        command = [sys.executable, "-B", str(HERE / "simulate.py"), "--windows", "1e4", "--gpus", "8", "--json"]
        plain = subprocess.run(command, capture_output=True, text=True)
        if unknown:
            self.assertEqual(plain.returncode, 64)
            for name in unknown:
                self.assertIn(name, plain.stderr)
        given = subprocess.run(command + [f"--set={name}=1000" for name in unknown], capture_output=True, text=True)
        self.assertEqual(given.returncode, 0, given.stderr)
        line = json.loads(given.stdout)
        self.assertEqual(sorted(line["given"]), sorted(unknown))
        self.assertIn("breaks_first", line)


if __name__ == "__main__":
    unittest.main()
