"""The kernels of src/Runtime/Cuda from Python: the PTX by CUDA's driver, with nothing but ctypes.

Run as a program, it prints the fields of the kernels' argument as JSON; a test compares them with patch_batch_norm.cu.
"""

import ctypes
import json
import sys
from ctypes import byref, c_char_p, c_double, c_int, c_uint, c_void_p
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src" / "Runtime" / "Cuda"

POINTERS = [
    "input", "output_gradient", "result", "weight", "bias", "running_mean", "running_var", "weight_gradient",
    "bias_gradient", "splits", "takes_second", "selected", "partials", "kept", "coefficients",
]
NUMBERS = ["own_weight", "batch_weight", "eps"]
COUNTS = [
    "images", "channels", "height", "width", "channels_last", "patches", "split_size", "first_channel", "end_channel",
    "tile_channels", "tile_rows", "tile_columns", "tile_is_patch", "tile_patches", "run_vectors", "run_pitch", "plane",
    "round_places", "image_lanes", "pair_lanes", "group_images", "groups",
    "part_columns", "parts",
]


class Arguments(ctypes.Structure):
    """Arguments of patch_batch_norm.cu."""

    _fields_ = (
        [(name, c_void_p) for name in POINTERS]
        + [(name, c_double) for name in NUMBERS]
        + [(name, c_int) for name in COUNTS])


class Kernels:
    """The kernels for a type of elements on the current GPU, whose context is the current one."""

    def __init__(self, element):
        self.driver = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
        self.element = element
        self.functions = {}
        device, module = c_int(), c_void_p()
        self.check(self.driver.cuInit(0), "cuInit")
        self.check(self.driver.cuCtxGetDevice(byref(device)), "cuCtxGetDevice")
        multiprocessors, shared, cache, clock, bus = (self.attribute(number, device) for number in (16, 97, 38, 36, 37))
        self.limits = multiprocessors, shared, cache, 2 * clock * 1000 * bus // 8
        ptx = (SOURCES / f"patch_batch_norm.{element}.ptx").read_bytes() + b"\0"
        log = ctypes.create_string_buffer(8192)
        options = (c_int * 2)(5, 6)
        values = (c_void_p * 2)(ctypes.addressof(log), len(log))
        result = self.driver.cuModuleLoadDataEx(byref(module), ptx, 2, options, values)
        self.check(result, "cuModuleLoadDataEx: " + log.value.decode(errors="replace"))
        self.module = module

    def attribute(self, number, device):
        value = c_int()
        self.check(self.driver.cuDeviceGetAttribute(byref(value), number, device), "cuDeviceGetAttribute")
        return value.value

    def function(self, name):
        if name not in self.functions:
            function = c_void_p()
            entry = f"{name}_{self.element}".encode()
            self.check(self.driver.cuModuleGetFunction(byref(function), self.module, c_char_p(entry)), name)
            self.check(self.driver.cuFuncSetAttribute(function, 8, self.limits[1]), name)
            if "on_chip" in name:
                self.check(self.driver.cuFuncSetAttribute(function, 9, 100), name)
            self.functions[name] = function
        return self.functions[name]

    def launch(self, name, grid, threads, shared_bytes, arguments):
        """A call that launches a kernel on a stream; all but the stream is settled now."""
        function = self.function(name)
        parameters = (c_void_p * 1)(ctypes.addressof(arguments))
        sizes = [c_uint(size) for size in (*grid, 1, threads, 1, 1, shared_bytes)]

        def call(stream):
            result = self.driver.cuLaunchKernel(function, *sizes, c_void_p(stream), parameters, None)
            if result != 0:
                self.check(result, name)

        call.keeps = arguments, parameters
        return call

    def check(self, result, what):
        if result != 0:
            text = c_char_p()
            self.driver.cuGetErrorString(result, byref(text))
            raise RuntimeError(f"{what}: {(text.value or b'').decode()} ({result})")


if __name__ == "__main__":
    kinds = {c_void_p: "pointer", c_double: "double", c_int: "int"}
    print(json.dumps({
        "fields": [[name, kinds[kind]] for name, kind in Arguments._fields_],
        "size": ctypes.sizeof(Arguments),
    }))
