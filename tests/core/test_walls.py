"""Pages that ask for money, a login or consent are told from articles, those about paywalls and cookies included."""

import pytest

from monitor.core.quality import PageFacts, judge
from monitor.model import Quality

LEAD = {
    "en": "The town council of Marl voted on Tuesday to close the old river bridge for repairs until the spring. ",
    "fr": "Le conseil municipal de Marl a voté mardi la fermeture du vieux pont jusqu'au printemps prochain. ",
    "es": "El ayuntamiento de Marl acordó el martes cerrar el puente viejo hasta la primavera próxima. ",
    "pt": "A câmara de Marl decidiu na terça-feira fechar a ponte velha até à próxima primavera. ",
    "de": "Der Gemeinderat von Marl hat am Dienstag beschlossen, die alte Brücke bis zum Frühjahr zu sperren. ",
    "id": "Dewan kota Marl memutuskan pada Selasa untuk menutup jembatan tua hingga musim semi mendatang. ",
    "ru": "Городской совет Марля во вторник решил закрыть старый мост на ремонт до следующей весны. ",
    "vi": "Hội đồng thành phố Marl hôm thứ Ba quyết định đóng cửa cây cầu cũ cho đến mùa xuân năm sau. ",
    "ar": "قرر المجلس البلدي في مارل يوم الثلاثاء إغلاق الجسر القديم من أجل الترميم حتى الربيع المقبل. ",
    "th": "สภาเมืองมาร์ลลงมติเมื่อวันอังคารให้ปิดสะพานเก่าเพื่อซ่อมแซมจนถึงฤดูใบไม้ผลิ ",
    "zh": "马尔市议会周二投票决定关闭旧桥进行维修，直至明年春季。",
    "ur": "مارل کی شہری کونسل نے منگل کو پرانا پل مرمت کے لیے اگلی بہار تک بند کرنے کا فیصلہ کیا۔ ",
}
OFFERS = [
    ("en", "Subscribe to continue reading"),
    ("en", "This article is for subscribers only. Already a subscriber? Log in"),
    ("en", "To continue reading this article, please log in or create an account."),
    ("en", "You have read all of your free articles this month.\nSubscribe for 1 € a week.\nCancel any time."),
    ("en", "The full report goes on…\nUnlock this article\n€4 a month"),
    ("fr", "Cet article est réservé aux abonnés. Déjà abonné ? Connectez-vous."),
    ("fr", "Il vous reste 75 % de cet article à lire. La suite est réservée aux abonnés."),
    ("fr", "Réservé aux abonnés"),
    ("es", "Suscríbete para seguir leyendo"),
    ("es", "Contenido exclusivo para suscriptores"),
    ("pt", "Assine para continuar lendo"),
    ("de", "Jetzt weiterlesen mit Plus"),
    ("de", "Dieser Artikel ist nur für Abonnenten. Sie sind bereits Abonnent? Anmelden"),
    ("id", "Berlangganan untuk melanjutkan membaca"),
    ("id", "Artikel ini khusus untuk pelanggan."),
    ("ru", "Оформите подписку, чтобы читать дальше"),
    ("ru", "Материал доступен только по подписке. Уже есть подписка? Войдите."),
    ("vi", "Đăng ký để đọc tiếp"),
    ("vi", "Nội dung này chỉ dành cho hội viên."),
    ("ar", "اشترك لمتابعة القراءة"),
    ("ar", "هذا المقال متاح للمشتركين فقط. هل أنت مشترك؟ سجل الدخول"),
    ("th", "บทความนี้สำหรับสมาชิกเท่านั้น สมัครสมาชิกเพื่ออ่านต่อ เป็นสมาชิกแล้ว? เข้าสู่ระบบ"),
    ("zh", "本文仅供订阅用户阅读。请订阅后继续阅读全文。"),
    ("ur", "یہ مضمون صرف سبسکرائبرز کے لیے ہے۔ مزید پڑھنے کے لیے سبسکرائب کریں۔"),
]


@pytest.mark.parametrize(("language", "offer"), OFFERS)
def test_a_text_that_ends_by_selling_its_rest_is_a_teaser(language: str, offer: str) -> None:
    """In a line of its own and in the last paragraph, whatever the language."""
    for text in (f"{LEAD[language]}\n{offer}", f"{LEAD[language]} {offer}"):
        quality, reason = judge(text, "Bridge closed", PageFacts())
        assert quality is Quality.PAYWALL, text
        assert reason


@pytest.mark.parametrize(
    "text",
    [
        "The Daily Bell will ask its readers to subscribe to continue reading from May on, its publisher said. "
        "Twelve articles a month stay free.",
        "“Subscribe to continue reading”: the line that readers hate most is to disappear. The Bell said so on Monday.",
        "The union asked its members to subscribe to the new pension plan by Friday. So far 120 have done so.",
        "La mairie rappelle que le stade reste réservé aux abonnés le samedi. Les autres peuvent venir le dimanche.",
        "El club abrió una zona exclusiva para socios en el estadio. Costó 900 000 pesos y tiene 300 butacas.",
        "قالت الصحيفة إنها ستطلب من قرائها الاشتراك ابتداء من شهر أيار. ويبقى عدد من المقالات متاحا للجميع.",
        "Газета сообщила, что с мая читать статьи целиком смогут только подписчики. Цена составит 300 рублей.",
        "Koran itu akan meminta pembaca berlangganan mulai Mei. Sebagian berita tetap gratis, kata penerbitnya.",
    ],
)
def test_news_about_subscriptions_is_news(text: str) -> None:
    """To mention a subscription sells nothing."""
    assert judge(text, "The Bell and its readers", PageFacts()) == (Quality.COMPLETE, None)


def test_an_article_that_speaks_of_subscribing_in_its_middle_is_complete() -> None:
    """Only the end of a text sells its rest: here an invitation stands in the middle of a whole article."""
    text = f"{LEAD['en'] * 3}\nSubscribe to continue reading more like this\n{LEAD['en'] * 8}"
    assert judge(text, "Bridge closed", PageFacts())[0] is Quality.COMPLETE


def test_a_metered_overlay_on_a_whole_article_is_complete() -> None:
    """The page carries the article, and something that lies over it."""
    text = LEAD["en"] * 20 + "\nSubscribe to continue reading"
    assert judge(text, "Bridge closed", PageFacts())[0] is Quality.COMPLETE
    assert judge(text, "Bridge closed", PageFacts(free=False, paid_words=300))[0] is Quality.COMPLETE
    flash = LEAD["en"] + "\nSubscribe to continue reading"
    overlaid = PageFacts(selling="Subscribe to continue reading", overlaid=True)
    assert judge(flash, "Bridge closed", overlaid)[0] is Quality.COMPLETE


def test_a_long_teaser_breaks_off_or_says_that_it_is_not_free() -> None:
    """Beyond the length of a usual teaser an offer alone proves nothing; with a second sign it does."""
    long = LEAD["en"] * 20
    assert judge(f"{long}The mayor said…\nSubscribe to continue reading", None, PageFacts())[0] is Quality.PAYWALL
    assert judge(f"{long}\nSubscribe to continue reading", None, PageFacts(free=False))[0] is Quality.PAYWALL


@pytest.mark.parametrize(
    ("facts", "quality"),
    [
        (PageFacts(free=False), Quality.COMPLETE),
        (PageFacts(free=False, stated_words=600), Quality.PAYWALL),
        (PageFacts(free=False, stated_words=60), Quality.COMPLETE),
        (PageFacts(free=True, stated_words=600), Quality.COMPLETE),
        (PageFacts(free=False, paid_words=0), Quality.PAYWALL),
        (PageFacts(free=False, paid_words=52), Quality.COMPLETE),
        (PageFacts(free=False, selling="Subscribe to read on"), Quality.PAYWALL),
        (PageFacts(selling="Subscribe to read on"), Quality.COMPLETE),
        (PageFacts(free=False, paid_words=60, selling="Subscribe to read on"), Quality.COMPLETE),
    ],
)
def test_what_a_page_says_of_access_is_weighed_with_what_is_there(facts: PageFacts, quality: Quality) -> None:
    """Sites call articles not free that they send whole: only a missing rest makes a teaser."""
    assert judge(LEAD["en"] * 3, "Bridge closed", facts)[0] is quality


def test_a_teaser_in_an_ellipsis_beside_an_offer_is_a_teaser() -> None:
    """Neither of the two alone would be enough."""
    text = f"{LEAD['fr']} Le maire, lui…"
    assert judge(text, None, PageFacts())[0] is Quality.COMPLETE
    assert judge(text, None, PageFacts(selling="Abonnez-vous pour lire la suite"))[0] is Quality.PAYWALL


LOGINS = [
    ("Log in - The Daily Bell", "Please log in to your account to continue. Forgot your password?"),
    ("Connexion | La Gazette", "Adresse e-mail. Mot de passe oublié ? Pas encore de compte ? Inscrivez-vous."),
    ("Iniciar sesión", "Inicie sesión en su cuenta para continuar. ¿Olvidó su contraseña?"),
    ("Anmelden · Die Glocke", "E-Mail. Passwort vergessen? Noch kein Konto?"),
    ("Masuk", "Silakan masuk ke akun Anda untuk melanjutkan. Lupa kata sandi? Belum punya akun?"),
    ("Вход", "Войдите в свой аккаунт, чтобы продолжить. Забыли пароль?"),
    ("Đăng nhập", "Vui lòng đăng nhập vào tài khoản để tiếp tục. Quên mật khẩu?"),
    ("تسجيل الدخول", "يرجى تسجيل الدخول إلى حسابك للمتابعة. هل نسيت كلمة المرور؟"),
    ("لاگ ان", "جاری رکھنے کے لیے اپنے اکاؤنٹ میں لاگ ان کریں۔ پاس ورڈ بھول گئے؟"),
    ("Entrar", "Esqueceu a senha? Não tem conta?"),
]


@pytest.mark.parametrize(("title", "text"), LOGINS)
def test_a_page_that_asks_for_a_login_is_named(title: str, text: str) -> None:
    """By its title and what it says, or by its title and the field for the password."""
    assert judge(text, title, PageFacts())[0] is Quality.LOGIN
    assert judge("", None, PageFacts(page_title=title, password=True))[0] is Quality.LOGIN


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (LEAD["en"], "Log in, drop out: how the young leave the web"),
        (
            "Hackers asked customers to log in to a copied page. The bank said that 40 of them lost 1.5 million.",
            "Bank warns of copied login page",
        ),
        (LEAD["en"] * 2 + "\nLog in to comment", "Bridge closed"),
        (LEAD["fr"], "Connexion perdue avec la sonde"),
    ],
)
def test_news_about_logins_is_news(text: str, title: str) -> None:
    """Also on a page that carries a form for them."""
    assert judge(text, title, PageFacts(password=True))[0] is Quality.COMPLETE


CONSENTS = [
    (
        "Before you continue",
        "We value your privacy. We and our 842 partners store and access cookies on your device to show advertising. "
        "Click Accept all to continue. You can withdraw your consent at any time.",
    ),
    (
        "Avant de continuer",
        "Nous respectons votre vie privée. Avec nos 842 partenaires, nous déposons des cookies sur votre appareil. "
        "Cliquez sur Tout accepter pour continuer. Vous pouvez retirer votre consentement à tout moment.",
    ),
    (
        "Su privacidad",
        "Valoramos su privacidad. Nosotros y nuestros 842 socios almacenamos cookies en su dispositivo. Pulse Aceptar "
        "todo para continuar. Puede retirar su consentimiento en cualquier momento.",
    ),
    (
        "Ihre Privatsphäre",
        "Wir und unsere 842 Partner speichern Cookies auf Ihrem Gerät. Klicken Sie auf „Alle akzeptieren“. Sie können "
        "Ihre Einwilligung jederzeit widerrufen.",
    ),
    (
        "Privasi Anda",
        "Kami menghargai privasi Anda. Kami dan 842 mitra kami menyimpan cookie di perangkat Anda. Klik Terima semua "
        "untuk melanjutkan. Anda dapat menarik persetujuan kapan saja.",
    ),
    (
        "Прежде чем продолжить",
        "Мы ценим вашу конфиденциальность. Мы и наши 842 партнёра сохраняем файлы cookie на вашем устройстве. Нажмите "
        "«Принять все», чтобы продолжить. Согласие можно отозвать в любое время.",
    ),
    (
        "Trước khi tiếp tục",
        "Chúng tôi tôn trọng quyền riêng tư của bạn. Chúng tôi và 842 đối tác lưu trữ cookie trên thiết bị của bạn. "
        "Nhấn Chấp nhận tất cả để tiếp tục. Bạn có thể rút lại sự đồng ý bất cứ lúc nào.",
    ),
    (
        "قبل المتابعة",
        "نحن نقدر خصوصيتك. نستخدم نحن وشركاؤنا ملفات تعريف الارتباط على جهازك. انقر على قبول الكل للمتابعة. "
        "يمكنك سحب موافقتك في أي وقت.",
    ),
    (
        "جاری رکھنے سے پہلے",
        "ہم آپ کی رازداری کا احترام کرتے ہیں۔ ہم اور ہمارے 842 شراکت دار آپ کے آلے پر کوکیز محفوظ کرتے ہیں۔ "
        "جاری رکھنے کے لیے سب قبول کریں پر کلک کریں۔",
    ),
]


@pytest.mark.parametrize(("title", "text"), CONSENTS)
def test_a_page_that_asks_for_consent_is_named(title: str, text: str) -> None:
    """By its title and what it says, or by what it says alone under the title of the outlet."""
    assert judge(text, f"{title} | The Daily Bell", PageFacts())[0] is Quality.CONSENT
    assert judge(text, "The Daily Bell", PageFacts())[0] is Quality.CONSENT


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "Regulators fined four sites on Monday for their cookie banners. “We and our 842 partners” was the line "
            "that annoyed them most, since nobody could refuse. A button “Accept all” stood beside it, while the "
            "way to withdraw consent took nine steps, the agency wrote. The fines add up to 1.5 million.",
            "Fined for cookies",
        ),
        (LEAD["en"] * 6 + "\nWe value your privacy. Manage cookies.", "Bridge closed"),
        (LEAD["en"], "Your privacy is for sale, a court is told"),
    ],
)
def test_news_about_cookies_is_news(text: str, title: str) -> None:
    """So is an article whose page put its banner into the text."""
    assert judge(text, title, PageFacts())[0] is Quality.COMPLETE


def test_a_page_broken_off_is_truncated_whatever_is_left_of_it() -> None:
    """What is missing from it says nothing."""
    facts = PageFacts(broken="the page breaks off inside a tag")
    assert judge(LEAD["en"] * 5, "Bridge closed", facts) == (Quality.TRUNCATED, facts.broken)
    assert judge("", None, facts)[0] is Quality.TRUNCATED
