// VMAF_HD: marks arithmetic that the CPU, the GPU and the tests share.
#pragma once

#if defined(__CUDACC__) || defined(__CUDA__)
#define VMAF_HD __host__ __device__
#else
#define VMAF_HD
#endif
