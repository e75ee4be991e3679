/* A guarded session with GLPK: see glpk_session.h. */
#include "solver/methods/glpk_session.h"

#include <glpk.h>

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

static _Thread_local struct {
    unsigned users;
    unsigned long generation;
    jmp_buf escape;
    char complaint[200]; /* the first line that GLPK had to say about a step */
} environment;

void tnm_glpk_enter(void)
{
    environment.users++;
}

void tnm_glpk_leave(void)
{
    if (--environment.users == 0)
        glp_free_env();
}

unsigned long tnm_glpk_generation(void)
{
    return environment.generation;
}

static int listen(void *unused, const char *text)
{
    (void)unused;
    size_t length = strcspn(text, "\n");
    if (environment.complaint[0] == '\0')
        snprintf(environment.complaint, sizeof environment.complaint, "%.*s", (int)length, text);
    return 1; /* printed, as far as GLPK is concerned */
}

static void escape(void *unused)
{
    (void)unused;
    longjmp(environment.escape, 1);
}

static tnm_error abandon_environment(void)
{
    glp_free_env();
    environment.generation++;
    return tnm_fail(TNM_ERROR_INTERNAL, "GLPK: %s", environment.complaint);
}

tnm_error tnm_glpk_guarded(tnm_glpk_step step, void *context)
{
    if (glp_init_env() > 1)
        return tnm_fail(TNM_ERROR_MEMORY, "GLPK: no environment");
    glp_term_hook(listen, NULL);
    environment.complaint[0] = '\0';
    if (setjmp(environment.escape) != 0)
        return abandon_environment();
    glp_error_hook(escape, NULL);
    tnm_error error = step(context);
    glp_error_hook(NULL, NULL);
    return error;
}

tnm_error tnm_glpk_explain(const char *routine, int code, int status)
{
    if (code == GLP_ETMLIM)
        return TNM_ERROR_LIMIT;
    if (code != 0 || status != GLP_OPT)
        return tnm_fail(TNM_ERROR_INTERNAL, "GLPK: %s ended with code %d, status %d", routine, code,
                        status);
    return TNM_OK;
}
