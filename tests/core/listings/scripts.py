"""Listings of portals in other scripts and from right to left."""

from tests.core.listings.specimen import Specimen, Stories, specimen, whole


def arabic() -> Specimen:
    """An Arabic portal: articles by number, each linked by image, headline and "more", and a box of the most read."""
    stories: Stories = [
        ("/news/482913", "الميناء يستقبل أول سفينة بعد العاصفة"),
        ("/news/482911", "مجلس المدينة يقر خطة النقل الجديدة"),
        ("/news/482907", "افتتاح معرض الكتاب البحري غدا"),
        ("/news/482905", "الصيادون يطالبون بخفض الرسوم"),
    ]
    items = "".join(
        f'''<div class="item"><a href="{href}" class="i"><img src="{href}.jpg" alt="صورة من أرشيف الوكالة للميناء"></a>
        <div class="txt"><a href="/section/12">اقتصاد وأعمال</a><a href="{href}">{title}</a>
        <div class="d">16 نوفمبر 2026 - 10:45</div><a href="{href}" class="m">اقرأ المزيد</a></div></div>'''
        for href, title in stories
    )
    most = """<div class="box"><div class="hd">الأكثر قراءة</div>
      <a href="/news/471200">فوز فريق الميناء ببطولة الساحل للمرة الثالثة</a>
      <a href="/news/470011">وفاة أقدم حارس منارة في البلاد عن تسعين عاما</a></div>"""
    menu = """<div class="topmenu"><a href="/section/1">أخبار محلية</a><a href="/section/2">أخبار عربية ودولية</a>
      <a href="/section/12">اقتصاد وأعمال</a><a href="/section/7">ثقافة وفنون ومنوعات</a></div>"""
    share = (
        '<p class="share-icons"><a href="/go?u=https%3A%2F%2Fx.example&amp;id=482913">شارك هذا الخبر مع أصدقائك</a></p>'
    )
    html = whole("ar", "أخبار", f'{menu}<div class="list">{items}</div>{most}{share}').replace(
        "<html", '<html dir="rtl"'
    )
    return specimen("arabic", "https://marfaa.example/section/12", html, stories)


def vietnamese() -> Specimen:
    """A Vietnamese portal: slugs that end in a post's number, "Xem thêm", a list of what is read most."""
    stories: Stories = [
        ("/chinh-tri/hoi-dong-thanh-pho-hop-phien-thuong-ky-post381204.html", "Hội đồng thành phố họp phiên thường kỳ"),
        ("/chinh-tri/cang-bien-don-tau-du-lich-dau-tien-post381200.html", "Cảng biển đón tàu du lịch đầu tiên"),
        ("/chinh-tri/ngu-dan-tro-lai-bien-sau-bao-post381188.html", "Ngư dân trở lại biển sau bão"),
    ]
    items = "".join(
        f'''<article class="story"><figure class="story__thumb"><a class="cms-link" href="{href}" title="{title}">
        <img data-src="x.jpg" alt="{title}"></a></figure><h2 class="story__heading"><a class="cms-link" href="{href}"
        title="{title}">{title}</a></h2><div class="story__summary">Phiên họp diễn ra trong hai ngày tại trụ sở ủy ban.
        </div><a class="more" href="{href}">Xem thêm</a></article>'''
        for href, title in stories
    )
    side = """<div class="sidebar-1"><div class="box-heading"><h3 class="title">Đọc nhiều</h3></div><div class="rank">
      <a href="/the-thao/doi-bong-cang-vo-dich-giai-khu-vuc-post380001.html">Đội bóng Cảng vô địch giải khu vực</a>
      </div></div>
      <div class="topics"><a href="/chu-de/quy-hoach-cang-bien-2030-1187.html">Quy hoạch cảng biển</a>
      <a href="/chu-de/bao-so-9-1190.html">Bão số 9</a><a href="/chu-de/hang-hai-xanh-1191.html">Hàng hải xanh</a>
      <a href="/chu-de/le-hoi-bien-1195.html">Lễ hội biển</a></div>"""
    menu = """<ul class="menu-nav"><li><a href="/chinh-tri/">Chính trị</a></li><li><a href="/kinh-te/">Kinh tế</a></li>
      </ul>
      <div class="edition"><a href="https://en.baocang.example/">English</a>
      <a href="https://zh.baocang.example/">中文</a></div>"""
    html = whole("vi", "Chính trị", f'{menu}<div class="timeline">{items}</div>{side}')
    return specimen("vietnamese", "https://baocang.example/chinh-tri/", html, stories)


def chinese() -> Specimen:
    """A Chinese list: one line an article, short titles, the day behind; the same list in columns, pages by number."""
    stories: Stories = [
        ("../2026-11/16/c_1131482910.htm", "港口新码头正式启用"),
        ("../2026-11/16/c_1131482877.htm", "渔船队风暴后全部返航"),
        ("../2026-11/15/c_1131482011.htm", "市议会通过公交规划"),
        ("../2026-11/15/c_1131481900.htm", "海事博物馆夜间开放"),
    ]
    rows = "".join(f'<li><a href="{href}" target="_blank">{t}</a><span>2026-11-16</span></li>' for href, t in stories)
    menu = "".join(
        f'<a href="/{name}/index.htm">{text}</a>' for name, text in [("gn", "国内"), ("gj", "国际"), ("cj", "财经")]
    )
    foot = (
        '<div class="ft"><a href="/about/c_1120000001.htm">关于我们</a><a href="/about/lianxi.htm">联系方式</a></div>'
    )
    pages = '<div class="page"><a href="index_2.htm">下一页</a><a href="index_9.htm">尾页</a></div>'
    body = f'<div class="channel">{menu}</div><ul class="list_txt">{rows}</ul>{pages}{foot}'
    return specimen("chinese", "http://www.gangkou.example/gn/", whole("zh-CN", "国内", body), stories)


def indonesian() -> Specimen:
    """An Indonesian index with advertising between the articles, which never ends, and promoted articles."""
    stories: Stories = [
        ("/read/2026/11/16/100500178/pelabuhan-lama-dibuka-kembali", "Pelabuhan Lama Dibuka Kembali"),
        ("/read/2026/11/16/093200478/tarif-feri-naik-mulai-senin", "Tarif Feri Naik Mulai Senin"),
        ("/read/2026/11/16/081500978/nelayan-kembali-melaut", "Nelayan Kembali Melaut"),
    ]
    advert = """<div class="articleItem ads"><a rel="sponsored nofollow"
      href="/advertorial/2026/11/16/rumah-murah-di-tepi-pantai">
      <h2 class="articleTitle">Rumah murah di tepi pantai, cicilan ringan</h2></a></div>
      <div class="articleItem"><a href="https://ads.pasang.example/klik?id=9920118">
      <h2>Promo akhir tahun untuk Anda</h2></a>
      </div>"""
    items = advert.join(
        f'''<div class="articleItem"><a class="article-link" href="{href}?page=all"><div class="articleItem-wrap">
        <h2 class="articleTitle">{title}</h2><div class="articlePost-subtitle">Regional</div>
        <div class="articlePost-date">16/11/2026, 10:05 WIB</div></div></a></div>'''.replace("?page=all", "")
        for href, title in stories
    )
    foot = """<div class="paging"><a class="paging__link" href="/search/16-11-2026/2">2</a></div>
      <div class="trending"><a href="/tag/banjir-rob-pesisir-utara">Banjir Rob Pesisir Utara</a></div>"""
    html = whole("id", "Indeks Berita", f'<div class="articleList">{items}{advert * 3}</div>{foot}')
    return specimen("indonesian", "https://muara.example/regional", html, stories)


def urdu() -> Specimen:
    """An Urdu list: one link a line, a clock before each, a strip of sections above and below."""
    stories: Stories = [
        ("/story/1182041/", "بندرگاہ کا نیا گھاٹ کھول دیا گیا"),
        ("/story/1182037/", "طوفان کے بعد ماہی گیر سمندر میں واپس"),
        ("/story/1182030/", "شہری کونسل نے بجٹ منظور کر لیا"),
    ]
    rows = "".join(
        f'<tr><td class="t">10:4{n}</td><td><a href="{href}">{title}</a></td></tr>'
        for n, (href, title) in enumerate(stories)
    )
    strip = "".join(
        f'<a href="/{name}">{text}</a> | '
        for name, text in [("pakistan", "پاکستان"), ("world", "دنیا"), ("sports", "کھیل"), ("showbiz", "انٹرٹینمنٹ")]
    )
    html = whole("ur", "تازہ ترین", f"<div>{strip}</div><table>{rows}</table><div>{strip}</div>")
    return specimen("urdu", "https://sahil.example/latest", html, stories)


SCRIPTS = (arabic, vietnamese, chinese, indonesian, urdu)
