# What is not reproduced, and why.

missing() {
	title '## Not reproduced'
	cat <<'END'
| published | why not |
|-----------|---------|
| speedups: Navarro's 1.11 on average, 7.55 for the matrix; Ingens' up to 18 %; times of faults (UVM 1999, HawkEye) | time is a model's (docs/tlb.md); there is no processor's pipeline or cache |
| latencies and their percentiles (Ingens 41 %, HawkEye 465 to 13 us) | the same |
| Navarro's tables: misses spared by program, one size against all | address traces of his programs are not to be had; figures recalled, not checked |
| Navarro: 8.9 % for incremental promotion, 20 times slower page-out of dirty superpages | times; promotions are counted above |
| Quicksilver (ATC 2020): tables | not found; its policies (fill up at a threshold, evict partial reservations) are not modelled |
| Ingens, HawkEye: below 1 %, recovery of zero pages | their policies are not modelled |
| Talluri and Hill (ASPLOS 1994): subblock TLBs | figures not found; such TLBs are not modelled |
| UVM 1999: entries of the BSD VM, of the boot and of X11; ratios of faults within 0.54 to 0.58 | no BSD VM; layouts of all those processes are not published; see above for what the image lacks |
| act_count, the PID controller (FreeBSD) | no interface tells them scan by scan; tests/unit/vm/test_daemon_freebsd.c and test_pid.c count them |
| walks of 1G pages (2 references; 8 nested) | no policy makes 1G pages; two levels are shown with i386's |
| merging of four 4K entries (Zen), stores' own TLB (Ice Lake) | not modelled |
| PV entries: 512, 1 after promotion | no interface tells them; tests/unit/vm/test_super_oracle.c counts them |
END
}
