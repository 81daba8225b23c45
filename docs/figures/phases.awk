# The three phases of HawkEye's test, 1/512 of its size: 90M of objects of a
# page; four of five deleted; 72M of objects of 2M.  Between them five minutes
# pass.
BEGIN {
	pages = 90 * 256
	print "machine arch=amd64 personality=linux ram=96M superpages=" policy
	print "spawn store image=none"
	print "store: small = mmap 90M rw private anon fixed at 0x40000000"
	print "store: large = mmap 72M rw private anon fixed at 0x50000000"
	print "store: write seq small 90M"
	print "show stats"
	for (i = 0; i < pages; i++)
		if (i * 7919 % pages >= pages / 5)
			printf("store: madvise small+%dK 4K dontneed\n", i * 4)
	print "show stats"
	print "repeat 30\nstore: sleep 10\nend"
	print "show stats"
	for (i = 0; i < 36; i++)
		printf("store: write seq large+%dM 2M\n", 2 * i)
	print "show stats"
}
