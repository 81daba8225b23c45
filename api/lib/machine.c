/*
 * Machines of the public interface: made, saved, loaded, checked, gone.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib.h"
#include "workloads/explain/explain.h"
#include "workloads/script/lines.h"

#define MAXCONFIG 4096

const char *
uvmsim_version(void)
{
	return UVMSIM_VERSION;
}

int
uvmsim_version_number(void)
{
	return UVMSIM_VERSION_NUMBER;
}

/* ------------------------------------------------------- configuration ---- */

int
lib_configure(struct sim_config *config, const char *pairs)
{
	char text[MAXCONFIG], why[400], *next = text, *pair;

	config->files = true;
	if (pairs == NULL || *pairs == '\0')
		return 0;
	if (strlen(pairs) >= sizeof(text))
		return api_fail(E2BIG,
		    "a configuration has at most %zu bytes, not %zu",
		    sizeof(text) - 1, strlen(pairs));
	memcpy(text, pairs, strlen(pairs) + 1);
	while ((pair = strsep(&next, ",")) != NULL)
		if (sim_config_set(config, pair, why, sizeof(why)) != 0)
			return api_fail(EINVAL, "%s", why);
	return 0;
}

int
lib_policy(struct sim_config *config, const struct uvmsim_policy *policy,
    const char *params)
{
	/* The same structure: policy.c. */
	const struct vm_policy *p = (const void *)policy;
	const char *why = vm_policy_unusable(p);
	char text[300];

	if (why != NULL)
		return api_fail(EINVAL, "the policy: %s", why);
	memset(&config->policy_args, 0, sizeof(config->policy_args));
	vm_policy_defaults(p, &config->policy_args);
	if (!vm_policy_set(p, &config->policy_args,
		params != NULL ? params : "", text, sizeof(text)))
		return api_fail(EINVAL, "the policy: %s", text);
	config->policy = p;
	config->daemon = NULL;
	/* A name with a slash is no policy of the house, for cores. */
	snprintf(config->policy_value, sizeof(config->policy_value),
	    "program/%.100s", p->name);
	return 0;
}

/* ---------------------------------------------------------------- life ---- */

struct uvmsim *
lib_borrow(struct machine *m)
{
	struct uvmsim *u = calloc(1, sizeof(*u));

	if (u != NULL)
		u->m = m;
	return u;
}

struct uvmsim *
lib_wrap(struct machine *m)
{
	struct uvmsim *u = lib_borrow(m);

	if (u != NULL)
		return u;
	sim_machine_destroy(m);
	(void)api_fail(ENOMEM, "no memory for a machine");
	return NULL;
}

static int
create(struct uvmsim **u, const struct sim_config *config)
{
	struct machine *m;
	char why[400];
	int err = sim_machine_create(config, &m, why, sizeof(why));

	if (err != 0)
		return api_fail(err, "%s", why);
	*u = lib_wrap(m);
	return *u != NULL ? 0 : -1;
}

int
uvmsim_create(struct uvmsim **u, const char *config)
{
	struct sim_config c;

	if (!lib_needs(u, "where the machine goes"))
		return -1;
	*u = NULL;
	sim_config_default(&c);
	return lib_configure(&c, config) == 0 ? create(u, &c) : -1;
}

int
uvmsim_create_policy(struct uvmsim **u, const char *config,
    const struct uvmsim_policy *policy, const char *params)
{
	struct sim_config c;

	if (!lib_needs(u, "where the machine goes"))
		return -1;
	*u = NULL;
	if (!lib_needs(policy, "the policy"))
		return -1;
	sim_config_default(&c);
	if (lib_configure(&c, config) != 0 ||
	    lib_policy(&c, policy, params) != 0)
		return -1;
	return create(u, &c);
}

void
uvmsim_destroy(struct uvmsim *u)
{
	if (u == NULL || u->inside > 0)
		return;
	api_forget(u->m);
	wl_story_free(u->story);
	wl_lines_free(u->lines);
	sim_machine_destroy(u->m);
	free(u);
}

int
uvmsim_attach(struct uvmsim *u, int pid)
{
	return api_attach(u != NULL ? u->m : NULL, pid);
}

/* --------------------------------------------------------------- cores ---- */

int
uvmsim_save(struct uvmsim *u, const char *path)
{
	char why[512];
	int err;

	if (!lib_changes(u) || !lib_needs(path, "the path"))
		return -1;
	err = sim_core_save(u->m, path, why, sizeof(why));
	return err == 0 ? 0 : api_fail(err, "%s", why);
}

int
uvmsim_load(struct uvmsim **u, const char *path)
{
	struct machine *m;
	char why[512];
	int err;

	if (!lib_needs(u, "where the machine goes"))
		return -1;
	*u = NULL;
	if (!lib_needs(path, "the path"))
		return -1;
	err = sim_core_load(path, &m, why, sizeof(why));
	if (err != 0)
		return api_fail(err, "%s", why);
	*u = lib_wrap(m);
	return *u != NULL ? 0 : -1;
}

int
uvmsim_check(struct uvmsim *u)
{
	const char *broken;
	char text[300];

	if (!lib_changes(u))
		return -1;
	broken = machine_check(u->m, text, sizeof(text));
	return broken == NULL ? 0 : api_fail(ENOTRECOVERABLE, "%s", broken);
}

/* ------------------------------------------------- numbers and files ---- */

uint64_t
uvmsim_random(struct uvmsim *u)
{
	return lib_changes(u) ? sim_random(u->m) : 0;
}

int
uvmsim_seed(struct uvmsim *u, uint64_t seed)
{
	if (!lib_changes(u))
		return -1;
	u->m->rng = seed;
	return 0;
}

uint64_t
uvmsim_page_size(const struct uvmsim *u)
{
	return u != NULL ? pg_size(u->m) : 0;
}

uint64_t
uvmsim_clock(const struct uvmsim *u)
{
	return u != NULL ? sim_clock(u->m) : 0;
}

uint64_t
uvmsim_operations(const struct uvmsim *u)
{
	return u != NULL ? u->m->nops : 0;
}

#define MAXFILE ((uint64_t)1 << 44) /* as ftruncate has it */

int
uvmsim_make_file(struct uvmsim *u, const char *path, uint64_t bytes)
{
	struct sim_file *f;

	if (!lib_changes(u) || !lib_path(path, "the path"))
		return -1;
	if (*path == '\0')
		return api_fail(EINVAL, "the name of a file is not empty");
	if (bytes > MAXFILE)
		return api_fail(EFBIG, "%s: no file is larger than 16T", path);
	HASH_FIND_STR(u->m->files, path, f);
	if (f != NULL)
		return api_fail(EEXIST, "%s: there is a file of that name",
		    path);
	u->m->changes++;
	if (sim_file_get(u->m, path, bytes, SIM_FILE_REG) == NULL)
		return lib_starved(u) ?
		    -1 :
		    api_fail(ENOMEM, "%s: no memory is left", path);
	return 0;
}
