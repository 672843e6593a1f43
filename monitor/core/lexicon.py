"""Small words that carry much: negations, magnitudes and spelled numbers in the languages of the archive.

One set for all languages, since the language of a text is a guess and the words hardly collide. Left out are those
that do: "once" (eleven or one time), "lima" (five or the city), "năm" (five or year), "personne" (a person, unless it
goes with "ne", which counts), the articles that also count one, and Arabic "ما", which denies only sometimes.
"""

from monitor.core.typography import same_to_readers

_NEGATIONS = {
    "en": "not no never cannot without neither nor none nobody nothing",
    "fr": "ne pas non ni sans jamais aucun aucune rien nul nulle",
    "es": "no nunca jamás sin tampoco nada nadie ningún ninguna ninguno",
    "id": "tidak tak bukan belum jangan tanpa",
    "ru": "не нет ни никогда без нельзя никто ничего",
    "vi": "không chưa chẳng đừng chớ",
    "ar": "لا لم لن ليس ليست ليسوا غير بدون دون كلا",
    "ur": "نہیں نہ بغیر",
    "de": "nicht kein keine keinen keiner keinem nie niemals ohne niemand nichts weder",
    "pt": "não nem jamais sem nenhum nenhuma ninguém",
}
NEGATIONS = frozenset(same_to_readers(word) for some in _NEGATIONS.values() for word in some.split())

# In scripts without spaces they are sequences of characters.
UNSPACED_NEGATIONS = ("不", "没", "沒", "未", "无", "無", "ない", "なかっ", "ません", "せず", "ไม่", "มิได้")
NO_NEGATIONS = ("不过", "不過", "不仅", "不僅", "不久", "不断", "不斷", "不同", "不少", "未来", "未來", "无论", "無論")

_MAGNITUDES = {
    "hundred": "hundred cent cents ciento cientos ratus сто trăm مئة مائة سو hundert cem 百",
    "thousand": "thousand mille mil miles ribu тысяча тысячи тысяч тыс nghìn ngàn ألف آلاف ہزار tausend 千",
    "thousands": "milliers",
    "million": "million millions mn millón millones juta миллион миллиона миллионов млн triệu مليون ملايين ملین "
    "millionen mio milhão milhões",
    "billion": "billion billions bn milliard milliards miliar миллиард миллиарда миллиардов млрд tỷ tỉ مليار مليارات "
    "ارب milliarde milliarden bilhão bilhões",
    "trillion": "trillion trillions billón billones triliun триллион триллиона триллионов تريليون تريليونات کھرب "
    "trilhão trilhões",
    "lakh": "lakh lakhs لاکھ",
    "crore": "crore crores کروڑ",
    "万": "万 萬",
    "億": "亿 億",
}
MAGNITUDES = {same_to_readers(word): size for size, some in _MAGNITUDES.items() for word in some.split()}

_SPELLED = {
    2: "two deux dos dua два две двое двух hai اثنان اثنين اثنتان zwei dois duas",
    3: "three trois tres tiga три трое трех трёх ba ثلاثة ثلاث drei três تین",
    4: "four quatre cuatro empat четыре четырех четырёх bốn أربعة أربع vier quatro چار",
    5: "five cinq cinco пять пяти خمسة خمس fünf پانچ",
    6: "six seis enam шесть шести sáu ستة ست sechs چھ",
    7: "seven sept siete tujuh семь семи bảy سبعة سبع sieben sete سات",
    8: "eight huit ocho delapan восемь восьми tám ثمانية ثماني ثمان acht oito آٹھ",
    9: "nine neuf nueve sembilan девять девяти chín تسعة تسع neun nove",
    10: "ten dix diez sepuluh десять десяти mười عشرة عشر zehn dez دس",
    11: "eleven onze sebelas одиннадцать elf",
    12: "twelve douze doce двенадцать zwölf doze",
}
NUMBERS = {word: str(number) for number, spelled in _SPELLED.items() for word in spelled.split()}

# Put before a word they turn it round: "confirmed", "unconfirmed".
TURNING_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "не", "anti")


def is_negation(word: str) -> bool:
    """Tell whether a case-folded word denies, contracted forms included: "isn't", "n'est", "ولم"."""
    contracted = word.endswith("n't") or (word.startswith("n'") and len(word) > 2)
    return contracted or word in NEGATIONS or (word[0] in "وف" and word[1:] in NEGATIONS)
