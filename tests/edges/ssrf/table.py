"""The table: everything that a source or a page may name to send us to our own machines."""

from dataclasses import dataclass

from tests.edges.ssrf.spellings import INSIDE_4, INSIDE_6, SPELLINGS_4, SPELLINGS_6

# What the resolver of these tests says: a name, and its answers one after the other; the last one stays.
PUBLIC = "93.184.215.14"
PUBLIC_6 = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
ANSWERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "localhost": (("127.0.0.1", "::1"),),
    "ip6-localhost": (("::1",),),
    "news.test": ((PUBLIC,),),
    "rebinds.test": ((PUBLIC,), ("127.0.0.1",)),
    "rebinds6.test": ((PUBLIC_6,), ("::1",)),
    "both.test": (("127.0.0.1", PUBLIC),),
    "both6.test": (("::1", PUBLIC_6, "fe80::1"),),
    "many.test": (tuple(f"10.0.0.{n}" for n in range(64)),),
    **{f"inside-{n}.test": ((ip,),) for n, ip in enumerate(INSIDE_4)},
    **{f"inside6-{n}.test": ((ip,),) for n, ip in enumerate(INSIDE_6)},
    "xn--exmple-cua.test": (("127.0.0.1",),),
    "mapped.test": (("::ffff:127.0.0.1",),),
    "nat64.test": (("64:ff9b::7f00:1",),),
    "scoped.test": (("fe80::1%1",),),
    "127.0.0.1.nip.test": (("127.0.0.1",),),
    "metadata.google.internal": (("169.254.169.254",),),
    "kubernetes.default.svc": (("10.96.0.1",),),
    "intranet": (("10.0.0.80",),),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to ask for. `PORT` in it stands for the port where our own servers listen."""

    group: str
    url: str


_LOCALHOSTS = """
localhost LOCALHOST LocalHost localhost. ⓛⓞⓒⓐⓛⓗⓞⓢⓣ ｌｏｃａｌｈｏｓｔ loc\u00adalhost l\u200bocalhost loca%6chost
%6c%6f%63%61%6c%68%6f%73%74 localhoſt ℓocalhost ip6-localhost localhost%00 localhost%2e localhost%23.news.test
user@localhost news.test@localhost :@localhost
"""
# How browsers, Python, curl and others disagree about where the host begins and ends.
_TRICKS = (
    "http:\\\\127.0.0.1:PORT\\", "http:/127.0.0.1:PORT/", "http:127.0.0.1:PORT/", "http:////127.0.0.1:PORT/",
    "http:///127.0.0.1:PORT/", "http:\\/127.0.0.1:PORT/", "http:/\\127.0.0.1:PORT/", "//127.0.0.1:PORT/",
    "\\\\127.0.0.1:PORT\\share", "127.0.0.1:PORT/", "http//127.0.0.1:PORT/", "http;//127.0.0.1:PORT/",
    "\thttp://127.0.0.1:PORT/", "ht\ntp://127.0.0.1:PORT/", "http:/\n/127.0.0.1:PORT/", "http://127.0.0.1\t:PORT/",
    "http://127.0.0.1\r\n:PORT/", "http://\t127.0.0.1:PORT/", "http://127.0.0.1:\tPORT/", "\u3000http://127.0.0.1:PORT/",
    "\ufeffhttp://127.0.0.1:PORT/", "\x00http://127.0.0.1:PORT/", "http://127.0.0.1:PORT\\@news.test/",
    "http://news.test\\@127.0.0.1:PORT/", "http://127.0.0.1:PORT\\.news.test/", "http://127.0.0.1:PORT#@news.test/",
    "http://127.0.0.1:PORT?@news.test/", "http://127.0.0.1:PORT;@news.test/", "http://127.0.0.1:PORT:80/",
    "http://news.test:80:PORT@127.0.0.1:PORT/", "http://a:b:c@127.0.0.1:PORT/", "http://@127.0.0.1:PORT/",
    "http://:@127.0.0.1:PORT/", "http://@@127.0.0.1:PORT/", "http://[news.test]@127.0.0.1:PORT/",
    "http://127.0.0.1 news.test:PORT/", "http://127.0.0.1%20news.test:PORT/", "http://127.0.0.1%09:PORT/",
    "http://127.0.0.1%0a:PORT/", "http://%0a127.0.0.1:PORT/", "http://0:PORT/", "http://00:PORT/", "http://0x:PORT/",
    "http://0x0:PORT/", "http://127.:PORT/", "http://127.0.0.1..:PORT/", "http://.127.0.0.1:PORT/",
    "http://127..0.1:PORT/", "http://127.0.0.0x1:PORT/", "http://127.0.0.08:PORT/", "http://127.0.0.-1:PORT/",
    "http://+127.0.0.1:PORT/", "http://1_27.0.0.1:PORT/", "http://0b01111111.0.0.1:PORT/", "http://0o177.0.0.1:PORT/",
    "http://127.0.0.1e0:PORT/", "http://127,0,0,1:PORT/", "http://(127.0.0.1):PORT/", "http://$127.0.0.1:PORT/",
    "http://127.0.0.1:+PORT/", "http://127.0.0.1:0PORT/", "http://127.0.0.1:PORTx/", "http://127.0.0.1:/",
    "http://[::1]:PORT:80/", "http://[::1]PORT/", "http://[::1/", "http://::1:PORT/", "http://[[::1]]:PORT/",
    "http://[::1].news.test:PORT/", "http://[::1%25lo]:PORT/", "http://[::1%lo]:PORT/", "http://[fe80::1%25eth0]:PORT/",
    "http://[fe80::1%251]/", "http://[::%31]:PORT/", "http://[%3a%3a1]:PORT/", "http://%5b::1%5d:PORT/",
    "http://[0x0::1]:PORT/", "http://[::00001]:PORT/", "http://[::127.1]:PORT/", "http://[::ffff:127.1]:PORT/",
    "http://[::ffff:0x7f.0.0.1]:PORT/", "http://[::ffff:2130706433]:PORT/", "http://[v1.::1]:PORT/",
    "http://［::1］:PORT/", "http://[::１]:PORT/", "http：//127.0.0.1:PORT/", "http:／／127.0.0.1:PORT/",
    "http://127.0.0.1／:PORT/", "http://127.0.0.1：PORT/", "http://127․0․0․1:PORT/", "http://⑫7.0.0.1:PORT/",
    "http://news.test／@127.0.0.1:PORT/", "http://news.test＠127.0.0.1:PORT/", "http://news.test﹫127.0.0.1:PORT/",
    "http://exämple.test:PORT/", "https://127.0.0.1:PORT/", "HTTPS://LOCALHOST:PORT/", "hTTp://127.0.0.1:PORT/",
)  # fmt: skip
# Those that are in every list.
_CLASSICS = (
    "http://127.0.0.1:PORT/", "http://127.0.0.1.:PORT/", "http://127.1:PORT/", "http://127.0.1:PORT/",
    "http://127.127.127.127:PORT/", "http://127.0.0.2:PORT/", "http://127.255.255.254:PORT/", "http://0:PORT/",
    "http://0.0.0.0:PORT/", "http://00.0.0.0:PORT/", "http://2130706433:PORT/", "http://02130706433:PORT/",
    "http://0x7f000001:PORT/", "http://0x7f.0x0.0x0.0x1:PORT/", "http://0x7f.1:PORT/", "http://0x7F.0.0.1:PORT/",
    "http://0177.0.0.1:PORT/", "http://0177.0.0.01:PORT/", "http://017700000001:PORT/", "http://0000127.0.0.1:PORT/",
    "http://127.0.0.1%00.news.example:PORT/", "http://[::1]:PORT/",
    "http://[::]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[0000::0001]:PORT/", "http://[::127.0.0.1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/", "http://[::FFFF:127.0.0.1]:PORT/",
    "http://[0:0:0:0:0:ffff:7f00:0001]:PORT/", "http://[::ffff:0:127.0.0.1]:PORT/", "http://[64:ff9b::7f00:1]:PORT/",
    "http://[64:ff9b::127.0.0.1]:PORT/", "http://[64:ff9b:1::7f00:1]:PORT/", "http://[2002:7f00:1::]:PORT/",
    "http://[2002:7f00:0001::1]:PORT/", "http://[2001:0:7f00:1:0:0:80ff:fffe]:PORT/", "http://[fe80::1]:PORT/",
    "http://[fe80::1%25lo]:PORT/", "http://[::1%25lo]:PORT/", "http://[fc00::1]:PORT/", "http://[ff02::1]:PORT/",
    "http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://localhost.:PORT/", "http://LocalHost:PORT/x?y#z",
    "http://①②⑦.⓪.⓪.①:PORT/", "http://１２７.０.０.１:PORT/", "http://127。0。0。1:PORT/",
    "http://127．0．0．1:PORT/", "http://127｡0｡0｡1:PORT/", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/", "http://loc\u00adalhost:PORT/",
    "http://l\u200bocalhost:PORT/", "http://%6c%6f%63%61%6c%68%6f%73%74:PORT/", "http://%31%32%37.0.0.1:PORT/",
    "http://user@127.0.0.1:PORT/", "http://user:pass@127.0.0.1:PORT/", "http://news.example@127.0.0.1:PORT/",
    "http://news.example:80@127.0.0.1:PORT/", "http://news.example%40127.0.0.1:PORT/", "http://@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@news.example/", "http://news.example\\@127.0.0.1:PORT/", "http:\\\\127.0.0.1:PORT\\",
    "http:/127.0.0.1:PORT/", "http:127.0.0.1:PORT/", "http:////127.0.0.1:PORT/", "//127.0.0.1:PORT/",
    "\thttp://127.0.0.1:PORT/", "ht\ntp://127.0.0.1:PORT/", "http://127.0.0.1\t:PORT/", "HTTP://127.0.0.1:PORT/",
    "https://127.0.0.1:PORT/", "https://localhost:PORT/", "ftp://127.0.0.1:PORT/", "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_x", "ws://127.0.0.1:PORT/", "javascript:fetch('http://127.0.0.1:PORT/')",
    "data:text/html,x", "http+unix://%2Fvar%2Frun%2Fdocker.sock/", "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/", "http://0xA9FEA9FE/", "http://2852039166/", "http://100.100.100.200/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://[fd00:ec2::254]/", "http://10.0.0.1/",
    "http://172.16.0.1/", "http://192.168.0.1/", "http://100.64.0.1/", "http://198.18.0.1/", "http://224.0.0.1/",
    "http://255.255.255.255/", "http://240.0.0.1/", "http://[2001:db8::1]/",
)  # fmt: skip
_SCHEMES = (
    "file:///etc/passwd", "file://localhost/etc/passwd", "file:/etc/passwd", "FILE:///etc/passwd",
    "gopher://127.0.0.1:PORT/_GET%20/", "ftp://127.0.0.1:PORT/", "ftps://127.0.0.1:PORT/", "sftp://127.0.0.1:PORT/",
    "tftp://127.0.0.1:PORT/x", "dict://127.0.0.1:PORT/stats", "ldap://127.0.0.1:PORT/", "ldapi://%2ftmp%2fsock/",
    "ws://127.0.0.1:PORT/", "wss://127.0.0.1:PORT/", "telnet://127.0.0.1:PORT/", "ssh://127.0.0.1:PORT/",
    "smb://127.0.0.1/share", "redis://127.0.0.1:PORT/", "jar:http://127.0.0.1:PORT/x!/", "netdoc:///etc/passwd",
    "data:text/html,x", "data:;base64,eA==", "javascript:fetch('http://127.0.0.1:PORT/')", "about:blank",
    "blob:http://127.0.0.1:PORT/x", "view-source:http://127.0.0.1:PORT/", "feed:http://127.0.0.1:PORT/",
    "feed://127.0.0.1:PORT/", "unix:/var/run/docker.sock", "http+unix://%2Fvar%2Frun%2Fdocker.sock/v1/info",
    "unix://127.0.0.1:PORT/", "php://filter/resource=http://127.0.0.1:PORT/", "mailto:root@127.0.0.1",
    "urn:x", "tel:127", "x-news:127.0.0.1", "http2://127.0.0.1:PORT/", "httpx://127.0.0.1:PORT/", "://127.0.0.1:PORT/",
    "url:http://127.0.0.1:PORT/", "http+://127.0.0.1:PORT/", "", " ", "http://", "https://", "http:", "http:///", "#",
)  # fmt: skip
_PORTS = (
    0, 1, 7, 19, 21, 22, 23, 25, 53, 69, 79, 110, 111, 119, 135, 139, 143, 161, 389, 445, 465, 514, 587, 636, 873, 993,
    995, 1023, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6667, 6697, 10080, 65536, 65616,
    4294967376,
)  # fmt: skip
# Names whose addresses are private, all or some; the last asks for a port of ours.
_NAMES = tuple(name for name in ANSWERS if name not in ("localhost", "ip6-localhost", "news.test"))


def _port(place: int) -> str:
    """Return our own port for the addresses of this machine, which come first, and for every other one."""
    return ":PORT" if place < 4 or place % 2 else ""


SPELT_4 = tuple(
    Row(f"IPv4, {kind}", f"http://{spell(address)}{_port(place)}/latest/meta-data/")
    for kind, spell in SPELLINGS_4.items()
    for place, address in enumerate(INSIDE_4)
)
SPELT_6 = tuple(
    Row(f"IPv6, {kind}", f"http://{spell(address)}{_port(place)}/")
    for kind, spell in SPELLINGS_6.items()
    for place, address in enumerate(INSIDE_4)
)
DIRECT = (
    *SPELT_4,
    *SPELT_6,
    *(Row("IPv6", f"http://[{address}]:PORT/") for address in INSIDE_6),
    *(Row("IPv6, TLS", f"https://[{address}]/") for address in INSIDE_6),
    *(Row("localhost", f"http://{name}:PORT/") for name in _LOCALHOSTS.split()),
    *(Row("names", f"http://{name}:PORT/") for name in _NAMES),
    *(Row("names", f"https://{name}/") for name in _NAMES),
    *(Row("classics", url) for url in _CLASSICS),
    *(Row("tricks", url) for url in _TRICKS),
    *(Row("schemes", url) for url in _SCHEMES),
    *(Row("ports", f"http://news.test:{port}/") for port in _PORTS),
    *(Row("ports", f"http://127.0.0.1:{port}/") for port in _PORTS),
)

# What a Location may be besides an absolute URL; each is read against http://front.test/.
RELATIVE = (
    "//127.0.0.1:PORT/", "//localhost:PORT/", "//[::1]:PORT/", "//2130706433:PORT/", "//0x7f.1:PORT/",
    "///127.0.0.1:PORT/",
    "////127.0.0.1:PORT/", "/\\127.0.0.1:PORT/", "\\\\127.0.0.1:PORT/", "\\/127.0.0.1:PORT/", "/\t/127.0.0.1:PORT/",
    "/%09/127.0.0.1:PORT/", "//user@127.0.0.1:PORT/", "//front.test@127.0.0.1:PORT/", "//front.test:80@127.0.0.1:PORT/",
    "//front.test\\@127.0.0.1:PORT/", "//127.0.0.1:PORT\\@front.test/", "//①②⑦.⓪.⓪.①:PORT/", "//127。0。0。1:PORT/",
    "//169.254.169.254/latest/meta-data/", "//[::ffff:169.254.169.254]/", "//[64:ff9b::a9fe:a9fe]/",
    "//rebinds.test:PORT/", "//both.test:PORT/", "//inside-0.test:PORT/", "//metadata.google.internal/",
    "http:127.0.0.1:PORT/", "http:/127.0.0.1:PORT/", "http:\\\\127.0.0.1:PORT/", "https:127.0.0.1:PORT/",
    "  http://127.0.0.1:PORT/", "\thttp://127.0.0.1:PORT/", "http://127.0.0.1:PORT/  ", "@127.0.0.1:PORT/",
    ":PORT@127.0.0.1/", ".127.0.0.1:PORT/", "?//127.0.0.1:PORT/", "#//127.0.0.1:PORT/", ";//127.0.0.1:PORT/",
    ".//127.0.0.1:PORT/", "..//127.0.0.1:PORT/", "./\\127.0.0.1:PORT/", "/.//127.0.0.1:PORT/",
    "/x/..//127.0.0.1:PORT/", "file:///etc/passwd", "//0/", "//0:PORT/", "//[::]:PORT/", "//127.1:PORT/",
    "http://front.test:PORT/", "http://front.test:22/", "https://front.test/", "//front.test:PORT/",
)  # fmt: skip
STATUSES = (300, 301, 302, 303, 307, 308)
REDIRECTS = tuple(
    Row("redirected", row.url)
    for row in (*DIRECT, *(Row("relative", url) for url in RELATIVE))
    if not set(row.url) & set("\r\n\0")
)
# Pages that name an address without being a redirect. Nothing of it is to be followed.
_THERE = "http://127.0.0.1:PORT/"
UNFOLLOWED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("200 OK", (), f'<meta http-equiv="refresh" content="0;url={_THERE}">'),
    ("200 OK", (), f"<script>location.href='{_THERE}'</script><iframe src='{_THERE}'></iframe><img src='{_THERE}'>"),
    ("200 OK", (), f'<base href="{_THERE}"><link rel="canonical" href="{_THERE}">'),
    ("200 OK", (), f'<?xml-stylesheet href="{_THERE}"?><!DOCTYPE r [<!ENTITY e SYSTEM "{_THERE}">]><r>&e;</r>'),
    ("200 OK", (f"Refresh: 0; url={_THERE}",), "x"),
    ("200 OK", (f"Location: {_THERE}",), "x"),
    ("201 Created", (f"Location: {_THERE}",), "x"),
    ("202 Accepted", (f"Location: {_THERE}",), "x"),
    ("200 OK", (f"Content-Location: {_THERE}",), "x"),
    ("200 OK", (f"Link: <{_THERE}>; rel=preload",), "x"),
    ("200 OK", ('Alt-Svc: http/1.1="127.0.0.1:PORT"',), "x"),
    ("200 OK", (f"SourceMap: {_THERE}",), "x"),
    ("305 Use Proxy", (f"Location: {_THERE}",), ""),
    ("306 Switch Proxy", (f"Location: {_THERE}",), ""),
    ("401 Unauthorized", (f"Location: {_THERE}", f'WWW-Authenticate: Basic realm="{_THERE}"'), ""),
    ("407 Proxy Authentication Required", (f"Location: {_THERE}", "Proxy-Authenticate: Basic"), ""),
    ("404 Not Found", (f"Location: {_THERE}",), ""),
    ("503 Service Unavailable", (f"Location: {_THERE}", f"Refresh: 0;{_THERE}"), ""),
)
