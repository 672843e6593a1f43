"""News pages written for the tests: one article each in six languages, in the frames that outlets put around them."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Sample:
    """A page and what a reader sees in it. `told` are sentences of the article, `frame` words that are not."""

    language: str
    url: str
    html: str
    title: str
    told: tuple[str, ...]
    frame: tuple[str, ...]
    published_at: datetime | None = None
    byline: str | None = None
    site_name: str | None = None

    @property
    def body(self) -> bytes:
        """The page as a server sends it."""
        return self.html.encode()


def paragraphs(*texts: str) -> str:
    """Return the texts as paragraphs."""
    return "\n".join(f"<p>{text}</p>" for text in texts)


_FR = (
    "Le conseil municipal de Valcourt a adopté mardi soir, par douze voix contre cinq, la construction d'un nouveau "
    "pont sur la rivière, un projet discuté depuis plus de dix ans.",
    "Le chantier, estimé à 1,5 million d'euros, doit commencer au printemps et durer dix-huit mois, a précisé la "
    "maire, Hélène Marchais, à l'issue de la séance.",
    "Les commerçants de la vieille ville redoutent des mois de travaux et réclament une indemnisation, tandis que "
    "les associations de cyclistes saluent une décision « historique ».",
)
_FR_PAGE = f"""<!DOCTYPE html><html lang="fr-FR"><head><meta charset="utf-8">
<title>Valcourt adopte la construction d'un nouveau pont - La Gazette de Valcourt</title>
<meta property="og:title" content="Valcourt adopte la construction d&#039;un nouveau pont">
<meta property="og:site_name" content="La Gazette de Valcourt">
<meta property="article:published_time" content="2026-11-03T21:40:00+01:00">
<meta property="article:modified_time" content="2026-11-04T08:05:00+01:00">
<link rel="canonical" href="https://www.gazette-valcourt.example/politique/nouveau-pont-12345">
</head><body><header><a href="/">La Gazette de Valcourt</a><nav><a href="/politique">Politique</a>
<a href="/sport">Sport</a><a href="/culture">Culture</a></nav></header>
<main><article><h1>Valcourt adopte la construction d’un nouveau pont</h1>
<p class="signature">Par <a rel="author" href="/auteurs/mb">Marc Bellanger</a></p>
{paragraphs(*_FR)}</article>
<aside><h2>À lire aussi</h2><ul><li><a href="/1">Le marché de Noël ouvre ses portes</a></li>
<li><a href="/2">Trois blessés dans un accident de car</a></li></ul></aside></main>
<footer>Mentions légales · Abonnez-vous à notre lettre</footer></body></html>"""

_AR = (
    "أعلنت وزارة الري في بلدة الوادي اليوم بدء العمل في محطة جديدة لتحلية المياه، بكلفة تبلغ ثلاثة ملايين دولار، "
    "وذلك بعد تأخير دام عامين كاملين.",
    "وقال مدير المشروع سامر الحداد إن المحطة ستزود نحو أربعين ألف أسرة بمياه الشرب، مشيرا إلى أن المرحلة الأولى "
    "ستنتهي في نهاية العام المقبل.",
    "وأعرب سكان القرى المجاورة عن أملهم في أن تنتهي بذلك أزمة انقطاع المياه التي تتكرر في كل صيف، بينما طالب مزارعون "
    "بتوضيح أسعار المياه الجديدة.",
)
_AR_PAGE = f"""<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8">
<title>بدء العمل في محطة جديدة لتحلية المياه | وكالة الوادي</title>
<script type="application/ld+json">{{"@context":"https://schema.org","@graph":[
{{"@type":"WebSite","name":"وكالة الوادي"}},
{{"@type":"NewsArticle","headline":"بدء العمل في محطة جديدة لتحلية المياه","datePublished":"2026-10-12T09:30:00Z",
"author":[{{"@type":"Person","name":"ليلى منصور"}}],"publisher":{{"@type":"Organization","name":"وكالة الوادي"}}}}]}}
</script></head><body><div id="menu"><ul><li><a href="/a">الرئيسية</a></li><li><a href="/b">اقتصاد</a></li></ul></div>
<div class="content"><h1>بدء العمل في محطة جديدة لتحلية المياه</h1>
<div class="article-body">{paragraphs(*_AR)}</div></div>
<div class="footer"><a href="/c">اتصل بنا</a> جميع الحقوق محفوظة</div></body></html>"""

_ID = (
    "Pemerintah Kota Tanjung Baru meresmikan jalur kereta ringan pertama pada Senin pagi, setelah pembangunan yang "
    "berlangsung selama empat tahun dan menghabiskan dana Rp2,4 triliun.",
    "Wali Kota Dewi Santoso mengatakan jalur sepanjang 14 kilometer itu akan melayani sekitar 60 ribu penumpang "
    "setiap hari dan mengurangi kemacetan di pusat kota.",
    "Sejumlah warga mengeluhkan harga tiket yang dinilai terlalu mahal, sementara operator berjanji memberikan "
    "potongan harga bagi pelajar dan lansia mulai bulan depan.",
)
_ID_PAGE = f"""<!DOCTYPE html><html lang="id"><head><meta charset="utf-8">
<title>Kereta Ringan Tanjung Baru Resmi Beroperasi - Kabar Tanjung</title>
<meta property="og:title" content="Kereta Ringan Tanjung Baru Resmi Beroperasi">
<meta property="og:site_name" content="Kabar Tanjung"><meta name="author" content="Budi Hartono">
</head><body><nav><a href="/">Beranda</a> <a href="/ekonomi">Ekonomi</a></nav>
<article><h1>Kereta Ringan Tanjung Baru Resmi Beroperasi</h1>
<time datetime="2026-09-07T10:15:00+07:00">Senin, 7 September 2026 10:15 WIB</time>
{paragraphs(*_ID)}<p>Baca juga: <a href="/x">Harga cabai kembali naik</a></p></article>
<footer>Hak cipta Kabar Tanjung</footer></body></html>"""

_ES = (
    "El ayuntamiento de Puerto Claro inauguró este jueves una escuela de música para más de trescientos alumnos, "
    "levantada en el antiguo mercado de pescado tras dos años de obras.",
    "La directora del centro, Marta Olivares, explicó que las clases serán gratuitas y que los instrumentos fueron "
    "donados por vecinos y por orquestas de la región.",
    "El edificio, que costó 900 000 pesos, conserva la fachada original y cuenta con una sala de conciertos de "
    "ciento veinte butacas abierta a todo el barrio.",
)
_ES_PAGE = f"""<!DOCTYPE html><html lang="es"><head><meta charset="utf-8">
<title>Puerto Claro inaugura su escuela de música - Noticias de la Costa</title></head>
<body><div class="cabecera"><a href="/">Noticias de la Costa</a></div>
<div class="nota"><h1>Puerto Claro inaugura su escuela de música</h1>
<span class="fecha">Publicado el 19 de noviembre de 2026</span>
{paragraphs(*_ES)}</div><div class="pie">Todos los derechos reservados</div></body></html>"""

_RU = (
    "В посёлке Северный во вторник открыли новую больницу на сто двадцать коек, строительство которой продолжалось "
    "пять лет и обошлось в 850 миллионов рублей.",
    "По словам главного врача Ирины Соколовой, в больнице будут работать двести врачей и медсестёр, а хирургическое "
    "отделение примет первых пациентов уже в декабре.",
    "Жители отдалённых деревень рассказали, что раньше им приходилось ехать на приём более трёх часов, и надеются, "
    "что автобусы до новой больницы пустят без задержек.",
)
_RU_PAGE = f"""<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">
<title>В посёлке Северный открыли больницу на 120 коек — Северный вестник</title>
<meta property="og:title" content="В посёлке Северный открыли больницу на 120 коек">
<meta property="og:site_name" content="Северный вестник">
<meta itemprop="datePublished" content="2026-11-10T12:00:00+03:00">
</head><body><header><a href="/">Северный вестник</a></header><main>
<h1>В посёлке Северный открыли больницу на 120 коек</h1><div itemprop="articleBody">{paragraphs(*_RU)}</div></main>
<footer>Редакция не несёт ответственности</footer></body></html>"""

_VI = (
    "Sáng thứ Hai, thành phố Bình An khánh thành thư viện công cộng lớn nhất khu vực với hơn hai trăm nghìn đầu sách, "
    "sau ba năm xây dựng và nhiều lần chậm tiến độ.",
    "Giám đốc thư viện, bà Nguyễn Thị Hoa, cho biết người dân có thể mượn sách miễn phí và sử dụng phòng đọc đến chín "
    "giờ tối tất cả các ngày trong tuần.",
    "Nhiều sinh viên bày tỏ vui mừng vì có thêm không gian học tập, nhưng cũng mong thành phố sớm mở thêm tuyến xe "
    "buýt đến khu vực này.",
)
_VI_PAGE = f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">
<title>Bình An khánh thành thư viện công cộng lớn nhất khu vực | Báo Bình An</title>
<meta property="og:title" content="Bình An khánh thành thư viện công cộng lớn nhất khu vực | Báo Bình An">
<meta property="og:site_name" content="Báo Bình An"></head>
<body><ul class="menu"><li><a href="/">Trang chủ</a></li><li><a href="/vh">Văn hóa</a></li></ul>
<div id="detail"><h1>Bình An khánh thành thư viện công cộng lớn nhất khu vực</h1>
<div class="date">02/11/2026 08:00</div>{paragraphs(*_VI)}</div></body></html>"""

SAMPLES = (
    Sample(
        "fr",
        "https://www.gazette-valcourt.example/politique/nouveau-pont-12345?utm_source=x",
        _FR_PAGE,
        "Valcourt adopte la construction d'un nouveau pont",
        _FR,
        ("Mentions légales", "marché de Noël"),
        datetime(2026, 11, 3, 20, 40, tzinfo=UTC),
        "Marc Bellanger",
        "La Gazette de Valcourt",
    ),
    Sample(
        "ar",
        "https://wadi.example/news/881",
        _AR_PAGE,
        "بدء العمل في محطة جديدة لتحلية المياه",
        _AR,
        ("جميع الحقوق", "الرئيسية"),
        datetime(2026, 10, 12, 9, 30, tzinfo=UTC),
        "ليلى منصور",
        "وكالة الوادي",
    ),
    Sample(
        "id",
        "https://kabartanjung.example/kota/kereta",
        _ID_PAGE,
        "Kereta Ringan Tanjung Baru Resmi Beroperasi",
        _ID,
        ("Beranda", "Hak cipta"),
        datetime(2026, 9, 7, 3, 15, tzinfo=UTC),
        "Budi Hartono",
        "Kabar Tanjung",
    ),
    Sample(
        "es",
        "https://costa.example/cultura/escuela",
        _ES_PAGE,
        "Puerto Claro inaugura su escuela de música",
        _ES,
        ("Todos los derechos",),
        datetime(2026, 11, 19, tzinfo=UTC),
    ),
    Sample(
        "ru",
        "https://vestnik.example/2026/bolnica",
        _RU_PAGE,
        "В посёлке Северный открыли больницу на 120 коек",
        _RU,
        ("Редакция не несёт",),
        datetime(2026, 11, 10, 9, 0, tzinfo=UTC),
        None,
        "Северный вестник",
    ),
    Sample(
        "vi",
        "https://binhan.example/van-hoa/thu-vien.html",
        _VI_PAGE,
        "Bình An khánh thành thư viện công cộng lớn nhất khu vực",
        _VI,
        ("Trang chủ",),
        datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
        None,
        "Báo Bình An",
    ),
)
