#include "instances/checkpoint.h"

#include "tests/corpus.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- folders of files -------------------------------------------------------------------- */

/* The path of a file in a folder of the scratch folder, which is made if need be; to be freed. */
static char *place(const char *folder, const char *file)
{
    char name[64];
    snprintf(name, sizeof name, "checkpoint_%s", folder);
    const char *parent = tnm_test_path(name);
    (void)mkdir(parent, 0777);
    char *path = tnm_format("%s/%s", parent, file);
    CU_ASSERT_PTR_NOT_NULL_FATAL(path);
    return path;
}

static void put(const char *folder, const char *file, const void *bytes, size_t size)
{
    char *path = place(folder, file);
    FILE *stream = fopen(path, "wb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(stream);
    CU_ASSERT_EQUAL(fwrite(bytes, 1, size, stream), size);
    fclose(stream);
    free(path);
}

static void put_text(const char *folder, const char *file, const char *text)
{
    put(folder, file, text, strlen(text));
}

/* A shard of one-byte tensors with these names of one letter, whose bytes are those letters. */
static void put_shard(const char *folder, const char *file, const char *letters)
{
    unsigned char bytes[2048] = {0};
    char *text = (char *)bytes + 8;
    size_t length = 0;
    for (size_t k = 0; letters[k] != '\0'; k++)
        length += (size_t)sprintf(text + length,
                                  "%c\"%c\":{\"dtype\":\"U8\",\"shape\":[1],"
                                  "\"data_offsets\":[%zu,%zu]}",
                                  k == 0 ? '{' : ',', letters[k], k, k + 1);
    text[length++] = '}';
    bytes[0] = (unsigned char)length;
    bytes[1] = (unsigned char)(length >> 8);
    memcpy(text + length, letters, strlen(letters));
    put(folder, file, bytes, 8 + length + strlen(letters));
}

static tnm_error open_folder(tnm_checkpoint *checkpoint, const char *folder)
{
    char name[64];
    snprintf(name, sizeof name, "checkpoint_%s", folder);
    return tnm_checkpoint_open(checkpoint, tnm_test_path(name));
}

static const char index_name[] = "model.safetensors.index.json";

/* ---- what is read ------------------------------------------------------------------------ */

static void expect_letters(const tnm_checkpoint *checkpoint, const char *letters)
{
    CU_ASSERT_EQUAL(checkpoint->tensors, strlen(letters));
    CU_ASSERT_EQUAL(checkpoint->bytes, strlen(letters));
    for (size_t k = 0; letters[k] != '\0'; k++) {
        const char name[] = {letters[k], '\0'};
        const tnm_tensor *tensor = tnm_checkpoint_find(checkpoint, name);
        CU_ASSERT_PTR_NOT_NULL_FATAL(tensor);
        CU_ASSERT_EQUAL(tensor->data[0], letters[k]);
    }
    CU_ASSERT_PTR_NULL(tnm_checkpoint_find(checkpoint, "?"));
}

static void test_one_file(void)
{
    tnm_checkpoint checkpoint;
    put_shard("single", "model.safetensors", "abc");
    ASSERT_OK(open_folder(&checkpoint, "single"));
    CU_ASSERT_EQUAL(checkpoint.count, 1);
    CU_ASSERT_PTR_NULL(checkpoint.index);
    CU_ASSERT_STRING_EQUAL(checkpoint.shards[0].file, "model.safetensors");
    expect_letters(&checkpoint, "abc");
    tnm_checkpoint_close(&checkpoint);
    tnm_checkpoint_close(&checkpoint);
    char *path = place("single", "model.safetensors");
    ASSERT_OK(tnm_checkpoint_open(&checkpoint, path));
    expect_letters(&checkpoint, "abc");
    tnm_checkpoint_close(&checkpoint);
    free(path);
}

static void put_shards(const char *folder, const char *index)
{
    put_shard(folder, "one.safetensors", "ac");
    put_shard(folder, "two.safetensors", "b");
    put_text(folder, index_name, index);
}

static const char good_index[] =
    "{\"metadata\":{\"total_size\":999},\"extra\":[],\"weight_map\":"
    "{\"b\":\"two.safetensors\",\"a\":\"one.safetensors\",\"c\":\"one.safetensors\"}}\n";

static void test_shards(void)
{
    tnm_checkpoint checkpoint;
    put_shards("shards", good_index);
    put_shard("shards", "model.safetensors", "x"); /* the index goes first */
    ASSERT_OK(open_folder(&checkpoint, "shards"));
    CU_ASSERT_EQUAL(checkpoint.count, 2);
    CU_ASSERT(tnm_test_contains(checkpoint.index, index_name));
    CU_ASSERT_STRING_EQUAL(checkpoint.shards[0].file, "one.safetensors");
    CU_ASSERT_STRING_EQUAL(checkpoint.shards[1].file, "two.safetensors");
    expect_letters(&checkpoint, "acb");
    tnm_checkpoint_close(&checkpoint);
    char *path = place("shards", index_name);
    ASSERT_OK(tnm_checkpoint_open(&checkpoint, path));
    expect_letters(&checkpoint, "acb");
    tnm_checkpoint_close(&checkpoint);
    free(path);
}

/* ---- what is refused --------------------------------------------------------------------- */

static void test_refuses_disagreement(void)
{
    const char *const cases[][2] = {
        {"{\"weight_map\":{\"b\":\"two.safetensors\",\"a\":\"one.safetensors\"}}",
         "tensor 'c' of one.safetensors is not in the weight_map"},
        {"{\"weight_map\":{\"b\":\"two.safetensors\",\"a\":\"one.safetensors\","
         "\"c\":\"one.safetensors\",\"d\":\"two.safetensors\"}}",
         "tensor 'd' is not in two.safetensors"},
        {"{\"weight_map\":{\"b\":\"two.safetensors\",\"a\":\"one.safetensors\","
         "\"c\":\"two.safetensors\"}}",
         "tensor 'c' is not in two.safetensors"},
        {"{\"weight_map\":{\"b\":\"two.safetensors\",\"c\":\"missing.safetensors\"}}",
         "missing.safetensors: No such file or directory"},
    };
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        tnm_checkpoint checkpoint;
        put_shards("disagreement", cases[k][0]);
        ASSERT_FAILS(open_folder(&checkpoint, "disagreement"),
                     k == 3 ? TNM_ERROR_NO_INPUT : TNM_ERROR_DATA, cases[k][1]);
        CU_ASSERT_PTR_NULL(checkpoint.shards);
    }
}

/* The same tensor in two shards. */
static void test_refuses_duplicates(void)
{
    tnm_checkpoint checkpoint;
    put_shards("twice", good_index);
    put_shard("twice", "two.safetensors", "ab");
    ASSERT_FAILS(open_folder(&checkpoint, "twice"), TNM_ERROR_DATA,
                 "tensor 'a' is in two.safetensors, but mapped to one.safetensors");
}

static void test_refuses_what_is_not_there(void)
{
    tnm_checkpoint checkpoint;
    char *path = place("nothing", "x.safetensors");
    ASSERT_FAILS(open_folder(&checkpoint, "nothing"), TNM_ERROR_NO_INPUT,
                 "there is no model.safetensors.index.json and no model.safetensors");
    ASSERT_FAILS(tnm_checkpoint_open(&checkpoint, path), TNM_ERROR_NO_INPUT, "No such file");
    free(path);
}

static void check_broken(const char *path, const char *message)
{
    tnm_checkpoint checkpoint;
    tnm_error error = tnm_checkpoint_open(&checkpoint, path);
    CU_ASSERT(error == TNM_ERROR_DATA || error == TNM_ERROR_NO_INPUT);
    CU_ASSERT_STRING_EQUAL(tnm_error_message(), message);
    CU_ASSERT_PTR_NULL(checkpoint.shards);
    if (strcmp(tnm_error_message(), message) != 0)
        tnm_test_note("expected '%s', found '%s'", message, tnm_error_message());
}

/* Every file breaks one rule; tests/broken/make_checkpoints.py says which. */
static void test_refuses_the_broken_files(void)
{
    tnm_corpus_each("tests/broken/safetensors", ".safetensors", check_broken);
    tnm_corpus_each("tests/broken/index", ".json", check_broken);
}

static void test_recognises(void)
{
    CU_ASSERT(tnm_checkpoint_recognises("no/such.safetensors"));
    CU_ASSERT(tnm_checkpoint_recognises("no/such.index.json"));
    CU_ASSERT(tnm_checkpoint_recognises("tests"));
    CU_ASSERT_FALSE(tnm_checkpoint_recognises("w.npy"));
    CU_ASSERT_FALSE(tnm_checkpoint_recognises("-"));
}

static void test_content_tells_more_than_names(void)
{
    static const char empty[] = "\2\0\0\0\0\0\0\0{}", long_header[] = "\0\0\0\0\1\0\0\0{}";
    static const char npy[] = "\223NUMPY\1\0", text[] = "p tnm 1:2";
    tnm_checkpoint checkpoint;
    CU_ASSERT(tnm_checkpoint_recognises(tnm_test_put("odd-name", empty, 10)));
    CU_ASSERT(tnm_checkpoint_recognises(tnm_test_put("odd-name.npy", empty, 10)));
    const char *path = tnm_test_put("odd-name.json", empty, 10);
    CU_ASSERT(tnm_checkpoint_recognises(path));
    ASSERT_OK(tnm_checkpoint_open(&checkpoint, path));
    CU_ASSERT_EQUAL(checkpoint.tensors, 0);
    tnm_checkpoint_close(&checkpoint);
    CU_ASSERT_FALSE(tnm_checkpoint_recognises(tnm_test_put("odd.safetensors", npy, 8)));
    CU_ASSERT(tnm_checkpoint_recognises(tnm_test_put("text.safetensors", text, 9)));
    CU_ASSERT_FALSE(tnm_checkpoint_recognises(tnm_test_put("text", text, 9)));
    CU_ASSERT_FALSE(tnm_checkpoint_recognises(tnm_test_put("long", long_header, 10)));
    CU_ASSERT_FALSE(tnm_checkpoint_recognises(tnm_test_put("short", empty, 8)));
}

TNM_SUITE(checkpoint, {"one file", test_one_file}, {"shards", test_shards},
          {"refuses disagreement", test_refuses_disagreement},
          {"refuses duplicates", test_refuses_duplicates},
          {"refuses what is not there", test_refuses_what_is_not_there},
          {"refuses the broken files", test_refuses_the_broken_files},
          {"recognises", test_recognises},
          {"content tells more than names", test_content_tells_more_than_names})
