/*
 * MPI by dlopen: the calls and constants of Open MPI, whose binary interface
 * has been the same from version 3 to 5 (libmpi.so.40).  There communicators
 * and types are addresses of objects of the library, and a status that is not
 * wanted is NULL.
 *
 * Waiting for a message looks for one from time to time: MPI_Recv itself would
 * keep a processor busy, which has machines to run.
 */
#include "mpi.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STARTED_BY "OMPI_COMM_WORLD_SIZE" /* in the environment */
#define LIBRARY "libmpi.so.40"
#define SERIALIZED 2  /* MPI_THREAD_SERIALIZED */
#define ANY (-1)      /* MPI_ANY_SOURCE */
#define TAG 1         /* of all messages */
#define PAUSE 2000000 /* ns */

static const struct symbol {
	const char *name;
	size_t offset;
} calls[] = {
#define CALL(name, member) \
	{ \
		name, offsetof(struct api_mpi, member) \
	}
	CALL("MPI_Init_thread", call.init),
	CALL("MPI_Comm_rank", call.rank),
	CALL("MPI_Comm_size", call.size),
	CALL("MPI_Send", call.send),
	CALL("MPI_Recv", call.recv),
	CALL("MPI_Iprobe", call.probe),
	CALL("MPI_Finalize", call.finalize),
	CALL("ompi_mpi_comm_world", world),
	CALL("ompi_mpi_byte", byte),
#undef CALL
};

static bool
load(struct api_mpi *mpi, char *err, size_t errlen)
{
	mpi->library = dlopen(LIBRARY, RTLD_NOW | RTLD_GLOBAL);
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		void *p = mpi->library != NULL ?
		    dlsym(mpi->library, calls[i].name) :
		    NULL;

		if (p == NULL) {
			snprintf(err, errlen, "started by mpirun, but %s",
			    dlerror());
			return false;
		}
		memcpy((char *)mpi + calls[i].offset, &p, sizeof(p));
	}
	return true;
}

bool
api_mpi_open(struct api_mpi *mpi, char *err, size_t errlen)
{
	const char *size = getenv(STARTED_BY);
	int level;

	*mpi = (struct api_mpi){ .size = 1 };
	if (size == NULL || strcmp(size, "1") == 0)
		return true;
	if (!load(mpi, err, errlen))
		return false;
	if (mpi->call.init(NULL, NULL, SERIALIZED, &level) == 0 &&
	    mpi->call.rank(mpi->world, &mpi->rank) == 0 &&
	    mpi->call.size(mpi->world, &mpi->size) == 0 && level >= SERIALIZED)
		return true;
	snprintf(err, errlen, "MPI_Init_thread failed");
	return false;
}

void
api_mpi_close(struct api_mpi *mpi)
{
	/* The library stays: it has threads of its own. */
	if (mpi->library != NULL)
		mpi->call.finalize();
	mpi->library = NULL;
}

bool
api_mpi_send(struct api_mpi *mpi, int to, const void *message, size_t len)
{
	return len <= INT32_MAX &&
	    mpi->call.send(message, (int)len, mpi->byte, to, TAG, mpi->world) ==
	    0;
}

bool
api_mpi_recv(struct api_mpi *mpi, bool wait, void *message, size_t len)
{
	const struct timespec pause = { .tv_nsec = PAUSE };
	int there = 0;

	for (;;) {
		if (mpi->call.probe(ANY, TAG, mpi->world, &there, NULL) != 0)
			return false;
		if (there || !wait)
			break;
		nanosleep(&pause, NULL);
	}
	return there &&
	    mpi->call.recv(message, (int)(len < INT32_MAX ? len : INT32_MAX),
		mpi->byte, ANY, TAG, mpi->world, NULL) == 0;
}
