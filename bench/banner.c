#include "bench/banner.h"

#include "formulations/diversity/count.h"
#include "instances/build.h"
#include "instances/generate.h"
#include "instances/isa.h"
#include "solver/methods/glpk.h"
#include "solver/methods/lemon_shim.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* ---- the command line -------------------------------------------------------------------- */

static bool needs_quotes(const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_=+,./:@%";
    return *argument == '\0' || strspn(argument, plain) != strlen(argument);
}

/* A single quote cannot stand between single quotes: it leaves them, escaped, and they begin
 * anew. A line break would end the banner's line. */
static void print_quoted(FILE *stream, const char *argument)
{
    fputc('\'', stream);
    for (; *argument != '\0'; argument++) {
        if (*argument == '\'')
            fputs("'\\''", stream);
        else
            fputc(*argument == '\n' || *argument == '\r' ? ' ' : *argument, stream);
    }
    fputc('\'', stream);
}

char *tnm_banner_command(const char *program, int argc, char **argv)
{
    char *text = NULL;
    size_t size;
    FILE *stream = open_memstream(&text, &size);
    bool failed = stream == NULL || fputs(program, stream) < 0;
    for (int k = 1; k < argc && !failed; k++) {
        fputc(' ', stream);
        if (needs_quotes(argv[k]))
            print_quoted(stream, argv[k]);
        else
            fputs(argv[k], stream);
        failed = ferror(stream) != 0;
    }
    if (stream != NULL && fclose(stream) != 0)
        failed = true;
    if (!failed)
        return text;
    free(text);
    tnm_fail(TNM_ERROR_MEMORY, "out of memory: a command line");
    return NULL;
}

/* ---- the machine ------------------------------------------------------------------------- */

/* The first line of /proc/cpuinfo with that label; "" where there is none, as on architectures
 * other than x86. */
static void processor_line(char *text, size_t size, const char *label)
{
    size_t length = strlen(label);
    char line[256];
    FILE *stream = fopen("/proc/cpuinfo", "r");
    *text = '\0';
    while (stream != NULL && fgets(line, sizeof line, stream) != NULL) {
        const char *after = line + length;
        if (strncmp(line, label, length) != 0 || *(after += strspn(after, "\t ")) != ':')
            continue;
        line[strcspn(line, "\n")] = '\0';
        snprintf(text, size, "%s", after + 1 + strspn(after + 1, " "));
        break;
    }
    if (stream != NULL)
        fclose(stream);
}

/* Machines of many generations share a name; the numbers tell them apart. */
static void print_processor(FILE *stream)
{
    static const char *const numbers[][2] = {
        {"cpu family", "family"}, {"model", "model"}, {"stepping", "stepping"}};
    char text[128];
    processor_line(text, sizeof text, "model name");
    fprintf(stream, "# processor: %s", *text != '\0' ? text : "unknown");
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        processor_line(text, sizeof text, numbers[k][0]);
        if (*text != '\0')
            fprintf(stream, ", %s %s", numbers[k][1], text);
    }
    fprintf(stream, ", %ld cores\r\n", sysconf(_SC_NPROCESSORS_ONLN));
}

static void print_machine(FILE *stream)
{
    struct utsname system;
    print_processor(stream);
    fputs("# instruction sets:", stream);
    for (int isa = 0; isa < TNM_ISA_COUNT; isa++) {
        if (tnm_isa_supported((tnm_isa)isa))
            fprintf(stream, " %s", tnm_isa_name((tnm_isa)isa));
    }
    fputs("\r\n", stream);
    if (uname(&system) == 0)
        fprintf(stream, "# system: %s %s %s\r\n", system.sysname, system.release, system.machine);
}

/* ---- the whole --------------------------------------------------------------------------- */

void tnm_banner_libraries(char *text, size_t size)
{
    snprintf(text, size, "LEMON %s, GLPK %s, GSL %s, GMP %s, jansson %s", tnm_lemon_version(),
             tnm_glpk_version(), tnm_generator_gsl_version(), tnm_count_gmp_version(),
             jansson_version_str());
}

void tnm_banner_print(const tnm_banner *banner, FILE *stream)
{
    char date[32], libraries[256];
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
    tnm_banner_libraries(libraries, sizeof libraries);
    fprintf(stream, "# program: tnm %s\r\n", tnm_version());
    fprintf(stream, "# commit: %s\r\n", tnm_build_commit());
    fprintf(stream, "# date: %s\r\n", date);
    fprintf(stream, "# command: %s\r\n", banner->command);
    fprintf(stream, "# seed: %" PRIu64 "\r\n", banner->seed);
    fprintf(stream, "# compiler: %s\r\n", tnm_build_compiler());
    fprintf(stream, "# flags: %s\r\n", tnm_build_flags());
    print_machine(stream);
    fprintf(stream, "# libraries: %s\r\n", libraries);
}

tnm_error tnm_banner_head(const char *program, int argc, char **argv, uint64_t seed)
{
    char *command = tnm_banner_command(program, argc, argv);
    const tnm_banner banner = {.command = command, .seed = seed};
    if (command == NULL)
        return TNM_ERROR_MEMORY;
    tnm_banner_print(&banner, stdout);
    free(command);
    return TNM_OK;
}
