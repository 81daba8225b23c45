/*
 * A ktrace.out handed in as it is, which only its own system's kdump(1) reads.
 *
 * FreeBSD's and NetBSD's records begin, in little-endian, with
 *
 *	int length, short type, short version, int pid, command's name
 *
 * the name with NULs behind it.  OpenBSD's file begins with a record whose type
 * is a magic number.
 */
#include "bsdlog.h"
#include "workloads/io/bytes.h"

#define KTR_MAXLEN (1 << 20)
#define OPENBSD_START 0x4b545200u /* "KTR" */

bool
wl_bsdlog_binary(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *)text;
	size_t n = 12;
	uint32_t pid;

	if (len < 32)
		return false;
	if (wl_le32(p) == OPENBSD_START)
		return true;
	pid = wl_le32(p + 8);
	if (wl_le32(p) == 0 || wl_le32(p) > KTR_MAXLEN || p[5] != 0 ||
	    p[4] == 0 || p[4] > 32 || p[7] != 0 || p[6] > 8 || pid == 0 ||
	    pid > 1000000)
		return false;
	while (n < 28 && p[n] > ' ' && p[n] < 0x7f)
		n++;
	if (n == 12)
		return false;
	while (n < 28 && p[n] == 0)
		n++;
	return n == 28;
}
