"""The style of the page that a comparison is written as: a quiet column of text, in light and dark, on paper too."""

STYLE = """
:root{color-scheme:light dark;--paper:#fffdf8;--ink:#1c1b19;--quiet:#66625a;--rule:#d8d2c4;
--new:#e3f2df;--new-ink:#14501b;--old:#fbe4e0;--old-ink:#8a1c12;--moved:#e2ecf8;--moved-ink:#1b4a80}
@media (prefers-color-scheme:dark){:root{--paper:#171614;--ink:#ece8df;--quiet:#a49e92;--rule:#3b3832;
--new:#17361c;--new-ink:#a9e0ae;--old:#421c18;--old-ink:#f2b3aa;--moved:#182c44;--moved-ink:#a9cdf5}}
*{box-sizing:border-box}
body{margin:0 auto;padding:3rem 1.25rem 4rem;max-width:42rem;background:var(--paper);color:var(--ink);
font:1.125rem/1.65 Charter,"Bitstream Charter","Noto Serif","Noto Naskh Arabic",Georgia,"Times New Roman",serif}
header{border-top:4px double var(--ink);border-bottom:1px solid var(--rule);padding:1rem 0 1.25rem}
.kicker,dl,.legend,footer,aside{font:0.875rem/1.5 system-ui,"Noto Sans","Noto Sans Arabic",sans-serif}
.kicker{margin:0 0 .5rem;color:var(--quiet);text-transform:uppercase;letter-spacing:.08em;font-size:.78rem}
h1{margin:0 0 1.1rem;font-size:2rem;line-height:1.25;font-weight:700;text-wrap:balance}
dl{margin:0}
dl div{display:flex;gap:.9rem;padding:.1rem 0}
dt{flex:0 0 3.4rem;color:var(--quiet)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
a{color:inherit;text-decoration-color:var(--rule);text-underline-offset:.15em}
a:hover,a:focus-visible{text-decoration-color:currentColor}
.legend{margin:1rem 0 1.75rem;color:var(--quiet)}
.legend>*{margin-inline-end:.75rem}
main p{margin:0 0 1.1rem;overflow-wrap:anywhere;unicode-bidi:plaintext}
del,ins,.moved{padding:.08em .15em;border-radius:.15em;-webkit-box-decoration-break:clone;box-decoration-break:clone}
del{background:var(--old);color:var(--old-ink);text-decoration:line-through;text-decoration-thickness:.06em}
ins{background:var(--new);color:var(--new-ink);text-decoration:underline;text-decoration-thickness:.06em;
text-underline-offset:.2em}
.moved{background:var(--moved);color:var(--moved-ink);text-decoration:none}
del.moved{background:none;outline:1px dashed var(--moved-ink);outline-offset:-1px;opacity:.8}
.moved>a{display:inline-block;margin-inline-end:.35em;padding:0 .45em;border-radius:1em;background:var(--moved-ink);
color:var(--paper);font:600 .72em/1.6 system-ui,sans-serif;text-decoration:none;vertical-align:.12em}
del.moved>a::after{content:" \\2193"}
ins.moved>a::after{content:" \\2191"}
:target{outline:2px solid var(--moved-ink);outline-offset:2px}
del::before,ins::before{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
del::before{content:" [removed: "}
ins::before{content:" [new: "}
del.moved::before{content:" [moved away: "}
ins.moved::before{content:" [moved here: "}
del::after,ins::after{content:"] ";position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
aside,footer{margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:.75rem;color:var(--quiet)}
aside+footer{margin-top:1rem}
aside li span::before{content:"— "}
aside ul{padding-inline-start:1.2rem}
summary{cursor:pointer}
@media print{body{background:none;padding:0;max-width:none;font-size:11pt}.legend{break-after:avoid}}
"""
