#!/bin/sh
# build-ptx.sh [FOLDER]: compiles the kernels to PTX with clang 14, for GPUs of compute capability 7.0 on and drivers of
# CUDA 10.1 on, which compile it for their GPU. It needs no CUDA SDK. Without FOLDER it renews the files of PTX beside
# this script, which are part of the repository.
set -eu

cd "$(dirname "$0")"
for element in Float32 Float16 BFloat16; do
    ${CLANG:-clang++-14} -x cuda --cuda-device-only -nocudainc -nocudalib --cuda-gpu-arch=sm_70 \
        -Xclang -target-feature -Xclang +ptx64 -std=c++17 -O3 -Wall -Wextra -Werror -DELEMENT="$element" -S \
        -o "${1:-.}/patch_batch_norm.$element.ptx" patch_batch_norm.cu
done
