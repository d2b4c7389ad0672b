/* Throughput and latency of the C API for a client that has its frames in memory of its own: no test, figures for docs/performance.md.
 *
 *     client_bench MEMORY LAYOUT WIDTH HEIGHT BPC FRAMES MODEL[,MODEL...] [FEATURE[,FEATURE...]]
 *
 * MEMORY  pageable  host memory, wrapped            mapped  the same, which stays mapped
 *         locked    page-locked host memory         device  device memory
 *         copied    host memory, copied into pictures of vmaf_picture_alloc(), as clients without vmaf_picture_wrap() do
 *         cpu       as pageable, on the CPU with as many threads as THREADS in the environment says (default: 1)
 * LAYOUT  planar, or interleaved (NV12; P010 and its like above 8 bits)
 * MODEL   built-in versions, or '-'
 *
 * With ONE_BY_ONE in the environment the client asks for the score of each frame before it hands in the next but one, as an encoder does, and the
 * line has the quantiles of the time per frame. With DEVICES=N the context has the first N devices; frames in device memory come in runs of
 * about 2^27 luma samples from each. Prints one line: what ran, frames a second, the pooled score of the first model.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <libvmaf/libvmaf_cuda.h>
#include <libvmaf/libvmaf_ext.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kPairs = 8, kMostModels = 8, kMostDevices = 16 };

static struct {
    int (*init)(unsigned);
    int (*retain)(void**, int);
    int (*push)(void*);
    int (*alloc)(unsigned long long*, size_t);
    int (*host_alloc)(void**, size_t, unsigned);
    int (*upload)(unsigned long long, const void*, size_t);
    int (*wait)(void*);
    void* contexts[kMostDevices];
} cu;

static void fail(const char* what) {
    fprintf(stderr, "client_bench: %s: %s\n", what, vmaf_last_error());
    exit(1);
}

static void load_driver(unsigned devices) {
    void* library = dlopen("libcuda.so.1", RTLD_NOW);
    if (!library) fail("no libcuda.so.1");
    *(void**)&cu.init = dlsym(library, "cuInit");
    *(void**)&cu.retain = dlsym(library, "cuDevicePrimaryCtxRetain");
    *(void**)&cu.push = dlsym(library, "cuCtxPushCurrent_v2");
    *(void**)&cu.alloc = dlsym(library, "cuMemAlloc_v2");
    *(void**)&cu.host_alloc = dlsym(library, "cuMemHostAlloc");
    *(void**)&cu.upload = dlsym(library, "cuMemcpyHtoD_v2");
    *(void**)&cu.wait = dlsym(library, "cuStreamSynchronize");
    if (cu.init(0)) fail("cuInit");
    for (unsigned d = 0; d < devices; d++)
        if (cu.retain(&cu.contexts[d], (int)d) || cu.push(cu.contexts[d])) fail("no context");
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct settings {
    const char* memory;
    int interleaved;
    unsigned w, h, bpc;
};

/* A frame of texture in memory of the kind asked for; side 1 is the distorted one. */
static VmafFrame make_frame(const struct settings* s, unsigned device, unsigned number, int side) {
    const size_t bytes = s->bpc > 8 ? 2 : 1, pitch = (s->w * bytes + 255) / 256 * 256;
    const size_t rows = s->h + s->h / 2, size = pitch * rows * (s->interleaved ? 1 : 2),
                 shift = s->interleaved && s->bpc > 8 ? 16 - s->bpc : 0;
    unsigned char* host = aligned_alloc(4096, (size + 4095) / 4096 * 4096);
    uint32_t noise = 1 + number;
    for (size_t y = 0; y < size / pitch; y++)
        for (size_t x = 0; x < pitch / bytes; x++) {
            noise = noise * 1664525u + 1013904223u;
            const uint32_t texture =
                (uint32_t)((x * 3 + number * 7) ^ (y * 5)) % 200 + noise % 16 + (side ? (noise >> 28) : 0);
            const uint32_t sample = (texture << (s->bpc - 8)) & ((1u << s->bpc) - 1);
            if (bytes == 1)
                host[y * pitch + x] = (unsigned char)sample;
            else
                ((uint16_t*)(host + y * pitch))[x] = (uint16_t)(sample << shift);
        }
    VmafFrame frame = {.size = sizeof frame, .pix_fmt = VMAF_PIX_FMT_YUV420P, .bpc = s->bpc, .w = s->w, .h = s->h};
    unsigned char* base = host;
    if (!strcmp(s->memory, "locked")) {
        void* locked = NULL;
        if (cu.host_alloc(&locked, size, 0)) fail("cuMemHostAlloc");
        base = memcpy(locked, host, size);
    } else if (!strcmp(s->memory, "device")) {
        unsigned long long address = 0;
        if (cu.push(cu.contexts[device]) || cu.alloc(&address, size) || cu.upload(address, host, size))
            fail("cuMemAlloc");
        base = (unsigned char*)(uintptr_t)address;
        frame.flags |= VMAF_FRAME_DEVICE;
        frame.cu_context = cu.contexts[device];
    } else if (!strcmp(s->memory, "mapped")) {
        frame.flags |= VMAF_FRAME_STAYS_MAPPED;
    }
    if (s->interleaved) frame.flags |= VMAF_FRAME_INTERLEAVED_CHROMA | (s->bpc > 8 ? VMAF_FRAME_HIGH_BITS : 0);
    frame.data[0] = base;
    frame.data[1] = base + pitch * s->h;
    frame.data[2] = s->interleaved ? NULL : base + pitch * (s->h + s->h / 2);
    for (int p = 0; p < (s->interleaved ? 2 : 3); p++) frame.stride[p] = (ptrdiff_t)pitch;
    return frame;
}

static VmafPicture picture_of(const struct settings* s, const VmafFrame* frame) {
    VmafPicture picture;
    if (strcmp(s->memory, "copied")) {
        if (vmaf_picture_wrap(&picture, frame)) fail("vmaf_picture_wrap");
        return picture;
    }
    if (vmaf_picture_alloc(&picture, frame->pix_fmt, s->bpc, s->w, s->h)) fail("vmaf_picture_alloc");
    for (int p = 0; p < 3; p++)
        for (unsigned y = 0; y < picture.h[p]; y++)
            memcpy((char*)picture.data[p] + (ptrdiff_t)y * picture.stride[p],
                   (const char*)frame->data[p] + (ptrdiff_t)y * frame->stride[p], picture.w[p] * (s->bpc > 8 ? 2 : 1));
    return picture;
}

static int by_value(const void* a, const void* b) {
    const double x = *(const double*)a, y = *(const double*)b;
    return (x > y) - (x < y);
}

int main(int argc, char** argv) {
    if (argc < 8) {
        fprintf(stderr,
                "usage: client_bench MEMORY LAYOUT WIDTH HEIGHT BPC FRAMES MODEL[,MODEL...] [FEATURE[,FEATURE...]]\n");
        return 2;
    }
    const struct settings s = {argv[1], !strcmp(argv[2], "interleaved"), (unsigned)atoi(argv[3]),
                               (unsigned)atoi(argv[4]), (unsigned)atoi(argv[5])};
    const unsigned frames = (unsigned)atoi(argv[6]);
    if (s.interleaved && !strcmp(s.memory, "copied")) {
        fprintf(stderr, "client_bench: pictures of vmaf_picture_alloc() are planar\n");
        return 2;
    }
    const char* const asked_devices = getenv("DEVICES");
    const unsigned devices = asked_devices ? (unsigned)atoi(asked_devices) : 1;
    if (devices < 1 || devices > kMostDevices) {
        fprintf(stderr, "client_bench: DEVICES is from 1 to %d\n", kMostDevices);
        return 2;
    }
    const int on_cpu = !strcmp(s.memory, "cpu"), one_by_one = getenv("ONE_BY_ONE") != NULL;
    VmafConfiguration configuration = {.log_level = VMAF_LOG_LEVEL_ERROR, .gpumask = on_cpu ? 1 : 0};
    if (on_cpu) configuration.n_threads = (unsigned)atoi(getenv("THREADS") ? getenv("THREADS") : "1");
    VmafContext* vmaf = NULL;
    VmafCudaState* states[kMostDevices] = {NULL};
    VmafModel* models[kMostModels] = {NULL};
    int model_count = 0;
    if (vmaf_init(&vmaf, configuration)) fail("vmaf_init");
    if (!on_cpu) {
        load_driver(devices);
        for (unsigned d = 0; d < devices; d++)
            if (vmaf_cuda_state_init_device(&states[d], d)) fail("no CUDA state");
        if (vmaf_cuda_import_states(vmaf, states, devices)) fail("no devices");
    }
    for (char *rest = argv[7], *name;
         strcmp(argv[7], "-") && (name = strtok_r(rest, ",", &rest)) && model_count < kMostModels;) {
        VmafModelConfig naming = {.name = name};
        if (vmaf_model_load(&models[model_count], &naming, name) ||
            vmaf_use_features_from_model(vmaf, models[model_count]))
            fail(name);
        model_count++;
    }
    for (char *rest = argc > 8 ? argv[8] : NULL, *name; rest && (name = strtok_r(rest, ",", &rest));)
        if (vmaf_use_feature(vmaf, name, NULL)) fail(name);
    const unsigned sets = strcmp(s.memory, "device") ? 1 : devices; /* of frames, the same on each device */
    static VmafFrame ref[kMostDevices][kPairs], dis[kMostDevices][kPairs];
    for (unsigned d = 0; d < sets; d++)
        for (unsigned i = 0; i < kPairs; i++) {
            ref[d][i] = make_frame(&s, d, i, 0);
            dis[d][i] = make_frame(&s, d, i, 1);
        }
    unsigned run = (unsigned)((1ull << 27) / ((unsigned long long)s.w * s.h));
    run = run < 8 ? 8 : run > 64 ? 64 : run;
    double *times = calloc(frames, sizeof *times), score = 0;
    const double begin = now();
    for (unsigned t = 0; t < frames; t++) {
        const double handed_in = now();
        const unsigned set = t / run % sets, i = t % kPairs;
        VmafPicture r = picture_of(&s, &ref[set][i]), d = picture_of(&s, &dis[set][i]);
        if (vmaf_read_pictures(vmaf, &r, &d, t)) fail("vmaf_read_pictures");
        if (one_by_one && t > 0 && model_count && vmaf_score_at_index(vmaf, models[0], &score, t - 1))
            fail("vmaf_score_at_index");
        times[t] = now() - handed_in;
    }
    if (vmaf_read_pictures(vmaf, NULL, NULL, 0)) fail("the flush");
    const double seconds = now() - begin;
    if (model_count && vmaf_score_pooled(vmaf, models[0], VMAF_POOL_METHOD_MEAN, &score, 0, frames - 1))
        fail("vmaf_score_pooled");
    printf("%-8s %-11s %ux%u %2u bit %-24s %8.1f fps", s.memory, argv[2], s.w, s.h, s.bpc, argv[7], frames / seconds);
    if (one_by_one) {
        qsort(times, frames, sizeof *times, by_value);
        printf("  p50 %.3f ms  p99 %.3f ms", 1e3 * times[frames / 2], 1e3 * times[frames * 99 / 100]);
    }
    printf("  score %.17g\n", score);
    for (int i = 0; i < model_count; i++) vmaf_model_destroy(models[i]);
    return vmaf_close(vmaf) ? 1 : 0;
}
