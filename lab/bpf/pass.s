# XDP: passes everything.
# llvm-mc -triple bpfel -filetype=obj -o pass.o pass.s
	.section xdp,"ax",@progbits
	.globl pass
	.type pass,@function
pass:
	r0 = 2                          # XDP_PASS
	exit
	.size pass, .-pass
