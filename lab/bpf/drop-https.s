# XDP: drops TCP to port 443, over IPv4 without options and over IPv6; passes all else.
# llvm-mc -triple bpfel -filetype=obj -o drop-https.o drop-https.s
	.section xdp,"ax",@progbits
	.globl drop_https
	.type drop_https,@function
drop_https:
	r0 = 2                          # XDP_PASS
	r2 = *(u32 *)(r1 + 4)           # data_end of struct xdp_md
	r1 = *(u32 *)(r1 + 0)           # data
	r3 = r1
	r3 += 58                        # Ethernet 14, IPv6 40, the two ports
	if r3 > r2 goto passed
	r3 = *(u16 *)(r1 + 12)          # the EtherType, as it lies in memory
	if r3 == 0x0008 goto ipv4
	if r3 != 0xdd86 goto passed
	r3 = *(u8 *)(r1 + 20)           # next header
	if r3 != 6 goto passed
	r3 = *(u16 *)(r1 + 56)
	goto port
ipv4:
	r3 = *(u8 *)(r1 + 23)           # protocol
	if r3 != 6 goto passed
	r3 = *(u16 *)(r1 + 36)
port:
	if r3 != 0xbb01 goto passed
	r0 = 1                          # XDP_DROP
passed:
	exit
	.size drop_https, .-drop_https
