// How long libmtmd takes to encode frame pairs, and nothing else: the vision part of the captioning benchmark's ceiling.
//
// usage: encode_pairs MODEL.gguf MMPROJ.gguf THREADS WIDTH HEIGHT FRAMES.rgb...
//
// Each file holds frames of 3 * WIDTH * HEIGHT bytes, one after another; two of them make a pair, as Qwen2.5-VL sees a
// video. They are encoded one by one: libmtmd's batches take no second pair of this family. The model is loaded and one
// pair encoded before the clock starts. One line of JSON comes out.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "llama.h"
#include "mtmd.h"

[[noreturn]] static void fail(const std::string & sentence) {
    std::fprintf(stderr, "encode_pairs: %s\n", sentence.c_str());
    std::exit(1);
}

// The chunk of one pair, cut into patches.
static mtmd_input_chunk * cut(mtmd_context * tower, const std::vector<uint8_t> & bytes, size_t at, uint32_t width, uint32_t height) {
    const size_t frame = size_t(3) * width * height;
    mtmd_bitmap * bitmaps[2];
    for (int i = 0; i < 2; i++) {
        bitmaps[i] = mtmd_bitmap_init(width, height, bytes.data() + at + i * frame);
        mtmd_bitmap_set_mergeable(bitmaps[i], true);
    }
    mtmd_input_part parts[2] = {{nullptr, bitmaps[0]}, {nullptr, bitmaps[1]}};
    const mtmd_input_part * pointers[2] = {&parts[0], &parts[1]};
    mtmd_input_chunks * chunks = mtmd_input_chunks_init();
    if (mtmd_tokenize_from_parts(tower, chunks, pointers, 2, false) != 0) fail("libmtmd does not take the frames.");
    mtmd_input_chunk * pair = nullptr;
    for (size_t i = 0; i < mtmd_input_chunks_size(chunks); i++) {
        const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks, i);
        if (mtmd_input_chunk_get_type(chunk) != MTMD_INPUT_CHUNK_TYPE_IMAGE) continue;
        if (pair) fail("libmtmd did not merge the two frames of a pair.");
        pair = mtmd_input_chunk_copy(chunk);
    }
    if (!pair) fail("libmtmd made no image of a pair.");
    mtmd_input_chunks_free(chunks);
    for (mtmd_bitmap * bitmap : bitmaps) mtmd_bitmap_free(bitmap);
    return pair;
}

static void encode(mtmd_context * tower, const mtmd_input_chunk * pair) {
    if (mtmd_encode_chunk(tower, pair) != 0) fail("the tower could not encode a pair.");
}

int main(int argc, char ** argv) {
    if (argc < 7) fail("usage: encode_pairs MODEL MMPROJ THREADS WIDTH HEIGHT FRAMES...");
    const uint32_t width = std::atoi(argv[4]), height = std::atoi(argv[5]);
    const size_t size = size_t(6) * width * height;

    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    mtmd_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    llama_model * model = llama_model_load_from_file(argv[1], llama_model_default_params());
    if (!model) fail(std::string("the model '") + argv[1] + "' cannot be loaded.");
    mtmd_context_params parameters = mtmd_context_params_default();
    parameters.n_threads = std::atoi(argv[3]);
    parameters.print_timings = false;
    parameters.use_gpu = false;
    parameters.image_min_tokens = 1;
    parameters.image_max_tokens = 1 << 20;
    mtmd_context * tower = mtmd_init_from_file(argv[2], model, parameters);
    if (!tower) fail(std::string("the projector '") + argv[2] + "' cannot be loaded.");

    std::vector<std::vector<uint8_t>> files;
    size_t total = 0;
    for (int i = 6; i < argc; i++) {
        std::ifstream file(argv[i], std::ios::binary);
        files.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        if (files.back().empty() || files.back().size() % size) fail(std::string("'") + argv[i] + "' does not hold whole pairs.");
        total += files.back().size() / size;
    }
    mtmd_input_chunk * first = cut(tower, files[0], 0, width, height);
    const size_t tokens = mtmd_input_chunk_get_n_tokens(first);
    encode(tower, first);
    mtmd_input_chunk_free(first);

    const auto start = std::chrono::steady_clock::now();
    for (const auto & bytes : files) {
        for (size_t at = 0; at < bytes.size(); at += size) {
            mtmd_input_chunk * pair = cut(tower, bytes, at, width, height);
            encode(tower, pair);
            mtmd_input_chunk_free(pair);
        }
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("{\"pairs\": %zu, \"tokens\": %zu, \"seconds\": %.4f}\n", total, tokens, seconds);
    mtmd_free(tower);
    llama_model_free(model);
}
