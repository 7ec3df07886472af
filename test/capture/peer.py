#!/usr/bin/env python3
"""The ends and the middle of what make-captures.sh records.

serve ADDRESS PORT MODE [NUMBER]    accepts connections until it is killed
connect ADDRESS PORT MODE [NUMBER]  opens one; PORT may be `remote:local`
relay DEVICE DEVICE MODE [NUMBER]   carries frames between two devices, not faithfully
wrap IN OUT KIND                    puts each frame of an Ethernet pcap behind other headers, or the file in another order of bytes
smtp ADDRESS PORT                   a mail server that keeps nothing
"""
import random
import select
import socket
import struct
import sys
import threading
import time


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    conn.close()


def keep_alive(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL):
        conn.setsockopt(socket.IPPROTO_TCP, option, 1)


def drain(conn, pause=0.0, size=65536):
    while conn.recv(size):
        time.sleep(pause)


def answer(conn, mode, number):
    """What a server does with one connection."""
    if mode == "echo":
        while data := conn.recv(65536):
            conn.sendall(data)
    elif mode == "close":
        time.sleep(number / 1000)
    elif mode == "reset":
        time.sleep(number / 1000)
        return reset(conn)
    elif mode == "answer-reset":
        conn.recv(65536)
        conn.sendall(b"half an ans")
        time.sleep(0.05)
        return reset(conn)
    elif mode == "read-reset":
        conn.recv(1)
        time.sleep(0.05)
        return conn.close()
    elif mode == "sink":
        drain(conn)
    elif mode == "slow":
        drain(conn, number / 1000, 4096)
    elif mode == "hold":
        time.sleep(number / 1000)
        drain(conn)
    elif mode == "send":
        conn.sendall(bytes(i * 7 & 255 for i in range(256)) * (number // 256))
    elif mode == "trickle":
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for index in range(number):
            conn.sendall(b"piece %d of it\n" % index)
            time.sleep(0.01)
    elif mode == "after-half-close":
        drain(conn)
        conn.sendall(b"x" * number)
    elif mode == "keep-alive":
        keep_alive(conn)
        time.sleep(number / 1000)
    elif mode == "idle":
        drain(conn)
    conn.close()


def serve(address, port, mode, number=0):
    listener = socket.socket(family(address), socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if mode in ("hold", "slow"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    listener.bind((address, int(port)))
    listener.listen(64)
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=quietly, args=(conn, mode, int(number)), daemon=True).start()


def quietly(conn, mode, number):
    try:
        answer(conn, mode, number)
    except OSError:
        pass


def connect(address, port, mode, number=0):
    number = int(number)
    remote, _, local = port.partition(":")
    conn = socket.socket(family(address), socket.SOCK_STREAM)
    if local:
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        conn.bind(("", int(local)))
    if mode == "tiny-window":
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    conn.settimeout(20)
    try:
        conn.connect((address, int(remote)))
        if mode == "give-up":
            conn.settimeout(number / 1000)
        use(conn, mode, number)
    except OSError as error:
        print(f"{address} {port} {mode}: {error}", file=sys.stderr)


def use(conn, mode, number):
    """What a client does with its connection."""
    if mode == "send":
        conn.sendall(b"0123456789abcdef" * (number // 16))
        conn.shutdown(socket.SHUT_WR)
        drain(conn)
    elif mode in ("read", "tiny-window"):
        drain(conn, number / 1000)
    elif mode == "ask":
        conn.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for index in range(number):
            conn.sendall(b"question %d\n" % index)
            conn.recv(65536)
    elif mode == "ask-reset":
        conn.sendall(b"question\n")
        conn.recv(65536)
        return reset(conn)
    elif mode == "reset":
        time.sleep(number / 1000)
        return reset(conn)
    elif mode == "wait":
        time.sleep(number / 1000)
    elif mode == "say-wait":
        conn.sendall(b"hello\n")
        time.sleep(number / 1000)
    elif mode == "give-up":
        conn.sendall(b"anybody there?\n")
        try:
            conn.recv(100)
        except OSError:
            pass
    elif mode == "stuck":
        conn.settimeout(number / 1000)
        try:
            conn.sendall(b"0123456789abcdef" * 65536)
        except OSError:
            pass
    elif mode == "keep-alive":
        keep_alive(conn)
        time.sleep(number / 1000)
    conn.close()


def relay(one, other, mode, number=10):
    """Carries frames; of those with TCP payload (or all, where said) one in `number` on average is treated as `mode` says."""
    number = int(number)
    chance = random.Random(number)
    sockets = []
    for device in (one, other):
        raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        raw.bind((device, 0))
        sockets.append(raw)
    held = []
    while True:
        now = time.monotonic()
        for due, out, frame in [item for item in held if item[0] <= now]:
            held.remove((due, out, frame))
            out.send(frame)
        wait = max(0.0, min((item[0] for item in held), default=now + 1) - now)
        for raw in select.select(sockets, [], [], wait)[0]:
            frame, origin = raw.recvfrom(65536)
            if origin[2] == socket.PACKET_OUTGOING:
                continue
            out = sockets[1] if raw is sockets[0] else sockets[0]
            struck = len(frame) > 200 and chance.randrange(number) == 0
            if mode == "acks":
                struck = len(frame) < 100 and chance.randrange(number) == 0
            if mode == "delay" or struck and mode == "late":
                held.append((time.monotonic() + 0.003 * (1 if mode == "delay" else 3), out, frame))
            elif struck and mode == "very-late":
                held.append((time.monotonic() + 0.35, out, frame))
            elif struck and mode in ("drop", "acks"):
                pass
            else:
                out.send(frame)
                if struck and mode == "twice":
                    out.send(frame)


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) & ~1]))
    if len(data) & 1:
        total += data[-1] << 8
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ipv4(protocol, payload):
    """An IPv4 header of a tunnel in front of the payload."""
    start = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 7, 0, 64, protocol, 0)
    addresses = bytes((192, 0, 2, 1, 192, 0, 2, 2))
    return start[:10] + struct.pack("!H", checksum(start + addresses)) + addresses + payload


def ppp(frame):
    return struct.pack("!H", 0x21 if frame[12:14] == b"\x08\x00" else 0x57) + frame[14:]


def pppoe(frame):
    inner = ppp(frame)
    return frame[:12] + struct.pack("!HBBHH", 0x8864, 0x11, 0, 42, len(inner)) + inner


def vxlan(frame):
    payload = struct.pack("!II", 0x08000000, 7 << 8) + frame
    return frame[:12] + b"\x08\x00" + ipv4(17, struct.pack("!HHHH", 54321, 4789, 8 + len(payload), 0) + payload)


def gre(frame):
    return frame[:12] + b"\x08\x00" + ipv4(47, b"\0\0" + frame[12:])


def gre_key(frame):
    return frame[:12] + b"\x08\x00" + ipv4(47, b"\x30\0\x65\x58" + struct.pack("!II", 9, 1) + frame)


def in_ip(frame):
    protocol = 4 if frame[12:14] == b"\x08\x00" else 41
    return frame[:12] + b"\x08\x00" + ipv4(protocol, frame[14:])


def wireless(frame):
    """Radiotap and a data frame from a station to its access point, with LLC and SNAP."""
    head = struct.pack("<HHHH", 0x0108, 0, 0, 0)[:4]
    addresses = frame[:6] + frame[6:12] + frame[:6]
    return struct.pack("<BBHI", 0, 0, 8, 0) + head + addresses + b"\x10\0" + b"\xaa\xaa\x03\0\0\0" + frame[12:]


# Kind: link type and what a frame becomes.
KINDS = {
    "vlan": (1, lambda f: f[:12] + b"\x81\0\x20\x05" + f[12:]),
    "qinq": (1, lambda f: f[:12] + b"\x88\xa8\0\x64\x81\0\0\x05" + f[12:]),
    "mpls": (1, lambda f: f[:12] + b"\x88\x47\0\x01\0\x40\0\x02\x01\x40" + f[14:]),
    "pppoe": (1, pppoe),
    "gre": (1, gre),
    "gretap": (1, gre_key),
    "ipip": (1, in_ip),
    "vxlan": (1, vxlan),
    "raw": (101, lambda f: f[14:]),
    "ppp": (9, lambda f: b"\xff\x03" + ppp(f)),
    "null": (0, lambda f: struct.pack("<I", 2 if f[12:14] == b"\x08\x00" else 24) + f[14:]),
    "loop": (108, lambda f: struct.pack("!I", 2 if f[12:14] == b"\x08\x00" else 24) + f[14:]),
    "wireless": (127, wireless),
    "big-endian": (1, lambda f: f),
}


def wrap(source, target, kind):
    link, change = KINDS[kind]
    order = ">" if kind == "big-endian" else "<"
    data = open(source, "rb").read()
    with open(target, "wb") as out:
        out.write(struct.pack(order + "IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link))
        at = 24
        while at < len(data):
            seconds, micros, captured, original = struct.unpack_from("<IIII", data, at)
            frame = data[at + 16 : at + 16 + captured]
            at += 16 + captured
            if frame[12:14] not in (b"\x08\x00", b"\x86\xdd"):
                continue
            changed = change(frame)
            grown = original + len(changed) - captured
            out.write(struct.pack(order + "IIII", seconds, micros, len(changed), grown) + changed)


def mail(conn):
    """The words of RFC 5321, as a small server says them."""
    words = conn.makefile("rwb", buffering=0)
    words.write(b"220 mail.lab.example ESMTP\r\n")
    for line in iter(words.readline, b""):
        verb = line[:4].upper()
        if verb == b"EHLO":
            words.write(b"250-mail.lab.example\r\n250-SIZE 1000000\r\n250 8BITMIME\r\n")
        elif verb == b"RCPT" and b"nobody" in line:
            words.write(b"550 5.1.1 no such user\r\n")
        elif verb == b"DATA":
            words.write(b"354 go on\r\n")
            while words.readline().strip() != b".":
                pass
            words.write(b"250 2.0.0 kept as 1\r\n")
        elif verb == b"QUIT":
            words.write(b"221 2.0.0 bye\r\n")
            break
        else:
            words.write(b"250 2.0.0 ok\r\n")
    conn.close()


def smtp(address, port):
    listener = socket.create_server((address, int(port)))
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=mail, args=(conn,), daemon=True).start()


if __name__ == "__main__":
    {"serve": serve, "connect": connect, "relay": relay, "wrap": wrap, "smtp": smtp}[sys.argv[1]](*sys.argv[2:])
