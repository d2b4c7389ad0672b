/* One reference against several encodes, for a client with its frames in ordinary memory: no test, figures for docs/performance.md.
 *
 *     encodes_bench HOW DEVICE WIDTH HEIGHT ENCODES FRAMES MODEL|FEATURE
 *
 * HOW     together  vmaf_read_encodes()      apart  vmaf_read_pictures() into each context in turn, frame by frame
 *         alone     one context after the other, each to its end
 * DEVICE  cuda, or cpu with THREADS of the environment (default: 1) divided among the contexts that are open at a time
 * MODEL   a built-in version; a name that is none is an extractor's
 *
 * MEMORY=wrapped in the environment: frames in memory that stays mapped, not copied into pictures of vmaf_picture_alloc(). Prints one line: what ran,
 * pairs a second, a check of the scores.
 */
#define _GNU_SOURCE
#include <libvmaf/libvmaf_cuda.h>
#include <libvmaf/libvmaf_ext.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { kInTurn = 8, kMostEncodes = 16 };

static void fail(const char* what) {
    fprintf(stderr, "encodes_bench: %s: %s\n", what, vmaf_last_error());
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static unsigned w, h, encodes;
static int wrapped;
static unsigned char* frames_of[1 + kMostEncodes][kInTurn];

static size_t frame_bytes(void) { return (size_t)w * h * 3 / 2; }

/* Texture that moves; encodes have noise. */
static void make_frames(void) {
    for (unsigned side = 0; side <= encodes; side++)
        for (unsigned t = 0; t < kInTurn; t++) {
            unsigned char* const to = frames_of[side][t] = aligned_alloc(4096, (frame_bytes() + 4095) / 4096 * 4096);
            uint32_t noise = 1 + t;
            for (size_t i = 0; i < frame_bytes(); i++) {
                noise = noise * 1664525u + 1013904223u;
                const uint32_t x = (uint32_t)(i % w), y = (uint32_t)(i / w);
                to[i] = (unsigned char)(((x * 3 + t * 7) ^ (y * 5)) % 200 + noise % 16 +
                                        (side ? (noise >> 28) * side / 2 : 0));
            }
        }
}

static VmafPicture picture(unsigned side, unsigned t) {
    unsigned char* const from = frames_of[side][t % kInTurn];
    const size_t luma = (size_t)w * h;
    VmafPicture picture;
    if (wrapped) {
        VmafFrame frame = {.size = sizeof frame,
                           .pix_fmt = VMAF_PIX_FMT_YUV420P,
                           .bpc = 8,
                           .w = w,
                           .h = h,
                           .flags = VMAF_FRAME_STAYS_MAPPED,
                           .data = {from, from + luma, from + luma * 5 / 4},
                           .stride = {w, w / 2, w / 2}};
        if (vmaf_picture_wrap(&picture, &frame)) fail("vmaf_picture_wrap");
        return picture;
    }
    if (vmaf_picture_alloc(&picture, VMAF_PIX_FMT_YUV420P, 8, w, h)) fail("vmaf_picture_alloc");
    const unsigned char* plane = from;
    for (int p = 0; p < 3; plane += (size_t)picture.w[p] * picture.h[p], p++)
        for (unsigned y = 0; y < picture.h[p]; y++)
            memcpy((char*)picture.data[p] + (ptrdiff_t)y * picture.stride[p], plane + (size_t)y * picture.w[p],
                   picture.w[p]);
    return picture;
}

static VmafContext* open_context(const char* device, const char* what, VmafModel** model, unsigned at_a_time) {
    const int cuda = !strcmp(device, "cuda");
    const unsigned threads = (unsigned)atoi(getenv("THREADS") ? getenv("THREADS") : "1");
    VmafConfiguration configuration = {.log_level = VMAF_LOG_LEVEL_ERROR, .gpumask = cuda ? 0 : 1};
    configuration.n_threads = cuda ? 0 : (threads + at_a_time - 1) / at_a_time;
    VmafContext* vmaf = NULL;
    if (vmaf_init(&vmaf, configuration)) fail("vmaf_init");
    if (cuda) {
        VmafCudaState* state = NULL;
        if (vmaf_cuda_state_init_device(&state, 0) || vmaf_cuda_import_state(vmaf, state)) fail("no CUDA state");
    }
    VmafModelConfig model_configuration = {.name = "vmaf"};
    *model = NULL;
    if (vmaf_feature_option_check(what, NULL)) {
        if (vmaf_model_load(model, &model_configuration, what) || vmaf_use_features_from_model(vmaf, *model))
            fail(what);
    } else if (vmaf_use_feature(vmaf, what, NULL)) {
        fail(what);
    }
    return vmaf;
}

int main(int argc, char** argv) {
    if (argc != 8) {
        fprintf(stderr,
                "usage: encodes_bench together|apart|alone cuda|cpu WIDTH HEIGHT ENCODES FRAMES MODEL|FEATURE\n");
        return 2;
    }
    const char *how = argv[1], *device = argv[2], *what = argv[7];
    w = (unsigned)atoi(argv[3]), h = (unsigned)atoi(argv[4]), encodes = (unsigned)atoi(argv[5]);
    const unsigned frames = (unsigned)atoi(argv[6]);
    if (encodes < 1 || encodes > kMostEncodes) return 2;
    wrapped = getenv("MEMORY") && !strcmp(getenv("MEMORY"), "wrapped");
    make_frames();
    const int alone = !strcmp(how, "alone");
    VmafContext* contexts[kMostEncodes];
    VmafModel* models[kMostEncodes];
    for (unsigned e = 0; e < encodes; e++) contexts[e] = open_context(device, what, &models[e], alone ? 1 : encodes);
    double begun = 0;
    const unsigned warm = frames / 8; /* frames that are not timed */
    for (unsigned pass = 0; pass < (alone ? encodes : 1); pass++)
        for (unsigned t = 0; t < frames; t++) {
            if (t == warm && !alone) begun = now();
            if (t == 0 && pass == 0 && alone) begun = now();
            if (alone) {
                VmafPicture ref = picture(0, t), dis = picture(1 + pass, t);
                if (vmaf_read_pictures(contexts[pass], &ref, &dis, t)) fail("vmaf_read_pictures");
                if (t == frames - 1 && vmaf_read_pictures(contexts[pass], NULL, NULL, 0)) fail("flush");
            } else if (!strcmp(how, "together")) {
                VmafPicture ref = picture(0, t), dis[kMostEncodes];
                for (unsigned e = 0; e < encodes; e++) dis[e] = picture(1 + e, t);
                if (vmaf_read_encodes(contexts, encodes, &ref, dis, t)) fail("vmaf_read_encodes");
            } else {
                for (unsigned e = 0; e < encodes; e++) {
                    VmafPicture ref = picture(0, t), dis = picture(1 + e, t);
                    if (vmaf_read_pictures(contexts[e], &ref, &dis, t)) fail("vmaf_read_pictures");
                }
            }
        }
    if (!alone && vmaf_read_encodes(contexts, encodes, NULL, NULL, 0)) fail("flush");
    const double seconds = now() - begun;
    double check = 0;
    for (unsigned e = 0; e < encodes; e++) {
        double score = 0;
        if (models[e] ? vmaf_score_pooled(contexts[e], models[e], VMAF_POOL_METHOD_MEAN, &score, 0, frames - 1)
                      : vmaf_feature_score_pooled(contexts[e], what, VMAF_POOL_METHOD_MEAN, &score, 0, frames - 1))
            fail("score");
        check += score * (e + 1);
        vmaf_model_destroy(models[e]);
        vmaf_close(contexts[e]);
    }
    const double pairs = (double)encodes * (alone ? frames : frames - warm);
    printf("%-8s %s %ux%u %s x%u %s: %.1f pairs/s, scores %.9f\n", how, device, w, h, what, encodes,
           wrapped ? "wrapped" : "copied", pairs / seconds, check);
    return 0;
}
