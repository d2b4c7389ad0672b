/* A libnvcuvid.so.1 that tells of the decoders of a GPU there is none like, and decodes nothing. */
#include <ffnvcodec/dynlink_cuda.h>
#include <ffnvcodec/dynlink_cuviddec.h>

CUresult cuvidGetDecoderCaps(CUVIDDECODECAPS* caps);
CUresult cuvidGetDecoderCaps(CUVIDDECODECAPS* caps) {
    const int h264 = caps->eCodecType == cudaVideoCodec_H264 && caps->nBitDepthMinus8 == 0;
    const int hevc = caps->eCodecType == cudaVideoCodec_HEVC && caps->nBitDepthMinus8 <= 2;
    caps->bIsSupported = (h264 && caps->eChromaFormat == cudaVideoChromaFormat_420) ||
                         (hevc && caps->eChromaFormat != cudaVideoChromaFormat_422);
    caps->nNumNVDECs = caps->bIsSupported ? (h264 ? 2 : 3) : 0;
    return CUDA_SUCCESS;
}
