/*
 * Several processes of one program, on one host or many, through MPI: who am I
 * of how many, and messages between them.
 *
 * MPI is optional.  The library of Open MPI is loaded when its mpirun has
 * started the program, which says so in the environment; a program that is
 * started by itself is one of one, and needs none of it.  So there is one
 * binary, and nothing to have when it is built.
 *
 * Calls may come from any thread, from one at a time.
 */
#ifndef API_MPI_H
#define API_MPI_H

#include <stdbool.h>
#include <stddef.h>

struct api_mpi {
	int		rank, size;	/* from 0; at least 1 */
	/* private */
	void	       *library;	/* NULL: none in use */
	struct api_mpi_calls {
		int	(*init)(int *, char ***, int, int *);
		int	(*rank)(void *, int *);
		int	(*size)(void *, int *);
		int	(*send)(const void *, int, void *, int, int, void *);
		int	(*recv)(void *, int, void *, int, int, void *, void *);
		int	(*probe)(int, int, void *, int *, void *);
		int	(*finalize)(void);
	}		call;
	void	       *world, *byte;	/* communicator, type */
};

/* => false: started by mpirun, but alone; a sentence in err */
bool	api_mpi_open(struct api_mpi *, char *err, size_t errlen);
void	api_mpi_close(struct api_mpi *);
/* => false: the message did not go; len below 2^31 */
bool	api_mpi_send(struct api_mpi *, int to, const void *, size_t len);
/*
 * The next message, of at most len bytes, from anybody.
 * => false: there is none (wait false), or it cannot be had
 */
bool	api_mpi_recv(struct api_mpi *, bool wait, void *, size_t len);

#endif /* API_MPI_H */
