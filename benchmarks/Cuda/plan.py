"""How the work of a forward or a backward is cut into tiles and launches: src/Runtime/Cuda/CudaPlan.cs in Python.

A test compares the two, so a change of one is a change of both. Run as a program, it reads cases as JSON, one a line, and
prints the plan of each.
"""

import json
import math
import sys
from dataclasses import asdict, dataclass

VECTOR_SIZE = 16
WARP_SIZE = 32
PASS_THREADS, CHIP_THREADS = 256, 512
PASS_PLACES, PASS_ELEMENTS = 256, 1024
FEWEST_IMAGES, MOST_IMAGES = 8, 64
SUM_SIZE, SUM_MEMORY = 2 * 4, 48 * 1024
LAUNCH_MICROSECONDS = 10


@dataclass
class Plan:
    """The fields of CudaPlan, by their names there."""

    lanes: int
    launch_channels: int
    tile_channels: int
    tile_rows: int
    tile_columns: int
    tile_patches: int
    map_tiles: int
    tile_is_patch: bool = False
    on_chip: bool = False
    part_rows: int = 1
    part_columns: int = 1
    run_vectors: int = 0
    run_pitch: int = 0
    plane: int = 0
    threads: int = 0
    round_places: int = 0
    image_lanes: int = 0
    pair_lanes: int = 0
    group_images: int = 0
    groups: int = 0
    shared_bytes: int = 0

    @property
    def parts(self):
        return self.part_rows * self.part_columns * self.groups

    def tiles(self, channels):
        return divided(channels, self.tile_channels) * self.map_tiles

    def sum_bytes(self):
        return SUM_SIZE * self.lanes * self.image_lanes * self.plane


def divided(whole, size):
    return (whole + size - 1) // size


def rounded_up(value, multiple):
    return divided(value, multiple) * multiple


def evenly(whole, most):
    return divided(whole, divided(whole, most))


def whole_vectors(most, strip, lanes):
    multiple = lanes // math.gcd(strip, lanes)
    return most if most < multiple else most // multiple * multiple


def even_cuts(length, parts):
    parts = min(length, parts)
    return [i * length // parts for i in range(parts + 1)]


class Maker:
    """Splits are pairs of the cuts of rows and of columns; limits are those of CudaLimits."""

    def __init__(self, shape, channels_last, element_size, maps, splits, limits):
        self.images, self.channels, self.height, self.width = shape
        self.area = self.height * self.width
        self.channels_last, self.element_size, self.maps, self.splits = channels_last, element_size, maps, splits
        self.multiprocessors, self.shared_memory, self.cache, self.bandwidth = limits
        self.most_patches = max((len(rows) - 1) * (len(columns) - 1) for rows, columns in splits)

    def on_chip(self, lanes):
        if self.channels_last:
            unit = min(self.channels, 2 * lanes)
        else:
            unit = min(self.channels, lanes // math.gcd(self.area, lanes))

        def tile(channels, rows, columns, is_patch=False):
            return self.fit(Plan(
                lanes=lanes,
                launch_channels=self.channels,
                tile_channels=channels,
                tile_rows=rows,
                tile_columns=columns,
                tile_patches=1 if is_patch else self.most_patches,
                map_tiles=self.most_patches if is_patch else 1,
                tile_is_patch=is_patch,
                on_chip=True))

        whole = tile(unit, self.height, self.width)
        if whole is not None and whole.shared_bytes <= self.shared_memory // 2:
            for more in range(2 * unit, self.channels + 1, unit):
                larger = tile(more, self.height, self.width)
                if (larger is None
                        or larger.shared_bytes > self.shared_memory // 4
                        or larger.tiles(self.channels) < 4 * self.multiprocessors):
                    break
                whole = larger
            return whole

        rows, columns = (self.most(axis, lambda from_, to: to - from_) for axis in (0, 1))
        fits = len(self.splits) == 1 if self.channels_last else columns * self.element_size >= 32
        patch = tile(unit if self.channels_last else 1, rows, columns, is_patch=True) if fits else None
        return patch or whole

    def fit(self, plan):
        self.arrange(plan)
        places = self.runs(plan) * plan.run_vectors
        values = self.maps * self.images * places * VECTOR_SIZE
        if values > self.shared_memory:
            return None
        plan.group_images, plan.groups = self.images, 1
        for threads in (CHIP_THREADS, PASS_THREADS):
            if threads == CHIP_THREADS and values <= self.shared_memory // 2:
                continue
            plan.threads = threads
            self.share(plan, places)
            plan.shared_bytes = plan.sum_bytes() + values
            if plan.shared_bytes <= self.shared_memory:
                few = divided(self.images, plan.image_lanes) <= 2 * MOST_IMAGES
                return plan if few and plan.tiles(self.channels) >= self.multiprocessors // 2 else None
        return None

    def two_passes(self, lanes):
        most = PASS_ELEMENTS if lanes == 1 else PASS_PLACES * lanes
        tile_channels, rows, columns = 1, self.height, self.width
        if self.channels_last:
            tile_channels = min(self.channels, 128 // self.element_size)
            positions = max(1, most // tile_channels)
            if self.width <= positions:
                rows, columns = evenly(self.height, positions // self.width), self.width
            else:
                rows, columns = 1, evenly(self.width, positions)
        elif self.area <= most:
            tile_channels = whole_vectors(min(self.channels, most // self.area), self.area, lanes)
        elif self.width <= most:
            rows = whole_vectors(evenly(self.height, most // self.width), self.width, lanes)
        else:
            rows, columns = 1, most

        of_channel = self.images * self.area * self.element_size * self.maps
        in_cache = self.cache * 2 // 5 // of_channel // tile_channels * tile_channels
        stays = of_channel * self.channels <= self.cache // 2
        pays = self.bandwidth > 0 and in_cache * of_channel / (self.bandwidth / 1e6) >= LAUNCH_MICROSECONDS
        plan = Plan(
            lanes=lanes,
            launch_channels=min(in_cache, self.channels) if not stays and in_cache > 0 and pays else self.channels,
            tile_channels=tile_channels,
            tile_rows=rows,
            tile_columns=columns,
            tile_patches=self.touched(0, rows) * self.touched(1, columns),
            map_tiles=divided(self.height, rows) * divided(self.width, columns),
            part_rows=self.most(0, lambda from_, to: (to - 1) // rows - from_ // rows + 1),
            part_columns=self.most(1, lambda from_, to: (to - 1) // columns - from_ // columns + 1))
        self.arrange(plan)
        places = self.runs(plan) * plan.run_vectors
        plan.threads = PASS_THREADS
        if places > PASS_THREADS:
            plan.threads = rounded_up(divided(places, divided(places, PASS_THREADS)), WARP_SIZE)
        self.share(plan, places)
        least = divided(self.images, MOST_IMAGES * plan.image_lanes)
        groups = max(least, min(
            divided(16 * self.multiprocessors, plan.tiles(plan.launch_channels)),
            self.images // (FEWEST_IMAGES * plan.image_lanes)))
        plan.group_images = divided(self.images, min(max(groups, 1), 65535))
        plan.groups = divided(self.images, plan.group_images)
        plan.shared_bytes = plan.sum_bytes()
        return plan

    def arrange(self, plan):
        lanes = plan.lanes
        if self.channels_last:
            plan.run_vectors = plan.tile_channels // lanes
        elif self.is_one_run(plan):
            length = plan.tile_channels * plan.tile_rows * self.width
            if plan.tile_rows == self.height:
                is_aligned = length % lanes == 0
            else:
                is_aligned = self.area % lanes == 0 and plan.tile_rows * self.width % lanes == 0
            plan.run_vectors = divided(length if is_aligned else length + lanes - 1, lanes)
        elif plan.tile_is_patch and self.width % lanes == 0:
            plan.run_vectors = self.most(1, lambda from_, to: divided(to, lanes) - from_ // lanes)
        else:
            plan.run_vectors = divided(plan.tile_columns + lanes - 1, lanes)
        runs = self.runs(plan)
        plan.run_pitch = plan.run_vectors | 1 if runs > 1 else plan.run_vectors
        plan.plane = rounded_up(runs * plan.run_pitch, WARP_SIZE) + WARP_SIZE // lanes % WARP_SIZE

    def share(self, plan, places):
        plan.round_places = min(places, plan.threads)
        room = SUM_MEMORY // (SUM_SIZE * plan.lanes * plan.plane)
        plan.image_lanes = min(max(min(plan.threads // plan.round_places, room), 1), self.images)
        plan.pair_lanes = WARP_SIZE
        while plan.pair_lanes > 1 and plan.tile_channels * plan.tile_patches * plan.pair_lanes > plan.threads:
            plan.pair_lanes //= 2

    def is_one_run(self, plan):
        return not self.channels_last and not plan.tile_is_patch and plan.tile_columns == self.width

    def runs(self, plan):
        if self.channels_last:
            return plan.tile_rows * plan.tile_columns
        return 1 if self.is_one_run(plan) else plan.tile_rows

    def touched(self, axis, size):
        return max(
            sum(from_ < start + size and to > start for from_, to in zip(split[axis], split[axis][1:]))
            for split in self.splits
            for start in range(0, split[axis][-1], size))

    def most(self, axis, count):
        return max(count(from_, to) for split in self.splits for from_, to in zip(split[axis], split[axis][1:]))


def make_plan(shape, channels_last, element_size, maps, is_aligned, writes, splits, limits):
    maker = Maker(shape, channels_last, element_size, maps, splits, limits)
    lanes = VECTOR_SIZE // element_size
    in_one_image = shape[1] if channels_last else shape[1] * shape[2] * shape[3]
    if not is_aligned or in_one_image % lanes != 0:
        return maker.two_passes(1)
    return (maker.on_chip(lanes) if writes else None) or maker.two_passes(lanes)


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(asdict(make_plan(**json.loads(line)))))
