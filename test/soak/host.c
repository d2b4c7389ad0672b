/* What programs around the library do to it: score noise in a full queue or frame by frame, leave with frames in work, unload it, fill the GPU.
 *
 *     host LIBVMAF.so queue|loop BACKEND WIDTH HEIGHT BPC FRAMES    prints the score of each frame, as the bits that it has. loop: asks for each
 *                                                                   score before the next frame but one, as an encoder does
 *     host LIBVMAF.so exit|return BACKEND WIDTH HEIGHT BPC FRAMES   hands the frames in and ends with 7, by exit() or from main()
 *     host LIBVMAF.so unload BACKEND WIDTH HEIGHT BPC FRAMES        hands the frames in, closes the context, unloads the library; then as 'queue'
 *     host LIBVMAF.so fill MIB                                      takes all memory of the GPU but that much, until standard input ends
 *
 * BACKEND: cpu or cuda. Frames are noise of full range, other in the reference than in the distorted picture. Ends with 1 and the library's reason if
 * a call fails. hosts_test.py runs it.
 */
#include <dlfcn.h>
#include <libvmaf/libvmaf_cuda.h>
#include <libvmaf/libvmaf_ext.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS(X)                \
    X(vmaf_init)                    \
    X(vmaf_close)                   \
    X(vmaf_cuda_state_init_device)  \
    X(vmaf_cuda_import_state)       \
    X(vmaf_model_load)              \
    X(vmaf_model_destroy)           \
    X(vmaf_use_features_from_model) \
    X(vmaf_picture_alloc)           \
    X(vmaf_read_pictures)           \
    X(vmaf_score_at_index)          \
    X(vmaf_last_error)

#define DECLARE(name) __typeof__(name)* name##_;
static struct {
    void* library;
    FUNCTIONS(DECLARE)
} api;

static void load(const char* path) {
    api.library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!api.library) {
        fprintf(stderr, "host: %s\n", dlerror());
        exit(2);
    }
#define FIND(name) *(void**)&api.name##_ = dlsym(api.library, #name);
    FUNCTIONS(FIND)
}

static void must(int result, const char* call) {
    if (!result) return;
    fprintf(stderr, "host: %s returned %d: %s\n", call, result, api.vmaf_last_error_());
    exit(1);
}

struct run {
    int cuda;
    unsigned w, h, bpc, frames;
    VmafContext* vmaf;
    VmafModel* model;
};

static void start(struct run* run) {
    const VmafConfiguration configuration = {.log_level = VMAF_LOG_LEVEL_NONE, .n_threads = 2, .gpumask = !run->cuda};
    must(api.vmaf_init_(&run->vmaf, configuration), "vmaf_init");
    if (run->cuda) {
        VmafCudaState* state = NULL;
        must(api.vmaf_cuda_state_init_device_(&state, 0), "vmaf_cuda_state_init_device");
        must(api.vmaf_cuda_import_state_(run->vmaf, state), "vmaf_cuda_import_state");
    }
    VmafModelConfig naming = {.name = "vmaf_v0.6.1"};
    must(api.vmaf_model_load_(&run->model, &naming, "vmaf_v0.6.1"), "vmaf_model_load");
    must(api.vmaf_use_features_from_model_(run->vmaf, run->model), "vmaf_use_features_from_model");
}

static VmafPicture noise(const struct run* run, uint64_t seed) {
    VmafPicture picture;
    must(api.vmaf_picture_alloc_(&picture, VMAF_PIX_FMT_YUV420P, run->bpc, run->w, run->h), "vmaf_picture_alloc");
    uint64_t state = seed * 0x9e3779b97f4a7c15u + 1;
    for (int p = 0; p < 3; p++)
        for (unsigned y = 0; y < picture.h[p]; y++) {
            unsigned char* row = (unsigned char*)picture.data[p] + (ptrdiff_t)y * picture.stride[p];
            for (unsigned x = 0; x < picture.w[p]; x++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                const uint64_t sample = state >> (64 - run->bpc);
                if (run->bpc == 8)
                    row[x] = (unsigned char)sample;
                else
                    ((uint16_t*)row)[x] = (uint16_t)sample;
            }
        }
    return picture;
}

static void print_score(const struct run* run, unsigned frame) {
    double score = 0;
    must(api.vmaf_score_at_index_(run->vmaf, run->model, &score, frame), "vmaf_score_at_index");
    printf("%u %a\n", frame, score);
}

static void hand_in(const struct run* run, int scores) {
    for (unsigned frame = 0; frame < run->frames; frame++) {
        VmafPicture reference = noise(run, 2 * frame), distorted = noise(run, 2 * frame + 1);
        must(api.vmaf_read_pictures_(run->vmaf, &reference, &distorted, frame), "vmaf_read_pictures");
        if (scores && frame > 0) print_score(run, frame - 1);
    }
}

static void finish(const struct run* run, unsigned first) {
    must(api.vmaf_read_pictures_(run->vmaf, NULL, NULL, 0), "the flush");
    for (unsigned frame = first; frame < run->frames; frame++) print_score(run, frame);
}

static void end(const struct run* run) {
    api.vmaf_model_destroy_(run->model);
    must(api.vmaf_close_(run->vmaf), "vmaf_close");
}

/* The GPU as a neighbour sees it. */
static int fill(size_t left) {
    void *library = dlopen("libcuda.so.1", RTLD_NOW), *context = NULL;
    if (!library) return 2;
    int (*init)(unsigned), (*retain)(void**, int), (*push)(void*), (*info)(size_t*, size_t*),
        (*take)(unsigned long long*, size_t);
    *(void**)&init = dlsym(library, "cuInit");
    *(void**)&retain = dlsym(library, "cuDevicePrimaryCtxRetain");
    *(void**)&push = dlsym(library, "cuCtxPushCurrent_v2");
    *(void**)&info = dlsym(library, "cuMemGetInfo_v2");
    *(void**)&take = dlsym(library, "cuMemAlloc_v2");
    size_t free = 0, total = 0;
    if (init(0) || retain(&context, 0) || push(context) || info(&free, &total)) return 2;
    unsigned long long block;
    for (size_t piece = (size_t)1 << 34; piece >= (size_t)1 << 21; piece /= 2)
        while (!info(&free, &total) && free > left + piece && !take(&block, piece)) continue;
    printf("%zu MiB are left\n", free >> 20);
    fflush(stdout);
    while (getchar() != EOF) continue;
    return 0;
}

int main(int argc, char** argv) {
    if (argc == 4 && !strcmp(argv[2], "fill")) return fill((size_t)strtoul(argv[3], NULL, 10) << 20);
    if (argc != 8) {
        fprintf(stderr, "usage: host LIBVMAF.so queue|loop|exit|return|unload BACKEND WIDTH HEIGHT BPC FRAMES\n");
        return 2;
    }
    const char* what = argv[2];
    struct run run = {!strcmp(argv[3], "cuda"),
                      (unsigned)atoi(argv[4]),
                      (unsigned)atoi(argv[5]),
                      (unsigned)atoi(argv[6]),
                      (unsigned)atoi(argv[7]),
                      NULL,
                      NULL};
    const int loop = !strcmp(what, "loop");
    load(argv[1]);
    start(&run);
    hand_in(&run, loop);
    if (!strcmp(what, "exit")) exit(7);
    if (!strcmp(what, "return")) return 7;
    if (!strcmp(what, "unload")) {
        end(&run);
        if (dlclose(api.library)) return 2;
        load(argv[1]);
        start(&run);
        hand_in(&run, 0);
    }
    finish(&run, loop && run.frames ? run.frames - 1 : 0);
    end(&run);
    return 0;
}
