"""Small words that carry much: negations, magnitudes and spelled numbers in fr, ar, id, es, ru, vi and en.

One set for all languages, since the language of a text is a guess and the words hardly collide. Left out are those
that do: "once" (eleven or one time), "lima" (five or the city), "năm" (five or year), the articles that also count
one, and Arabic "ما", which denies only sometimes.
"""

_NEGATIONS = {
    "en": "not no never cannot without neither nor none nobody nothing",
    "fr": "ne pas non ni sans jamais aucun aucune rien personne nul nulle",
    "es": "no nunca jamás sin tampoco nada nadie ningún ninguna ninguno",
    "id": "tidak tak bukan belum jangan tanpa",
    "ru": "не нет ни никогда без нельзя никто ничего",
    "vi": "không chưa chẳng đừng chớ",
    "ar": "لا لم لن ليس ليست ليسوا غير بدون دون كلا",
}
NEGATIONS = frozenset(word for some in _NEGATIONS.values() for word in some.split())

_MAGNITUDES = {
    "en": "hundred thousand million millions billion billions trillion trillions",
    "fr": "cent cents mille milliers million millions milliard milliards",
    "es": "mil ciento cientos miles millón millones billón billones",
    "id": "ratus ribu juta miliar triliun",
    "ru": "сто тысяча тысячи тысяч тыс миллион миллиона миллионов млн миллиард миллиарда миллиардов млрд",
    "vi": "trăm nghìn ngàn triệu tỷ tỉ",
    "ar": "مئة مائة ألف آلاف مليون ملايين مليار مليارات",
}
MAGNITUDES = frozenset(word for some in _MAGNITUDES.values() for word in some.split())

_SPELLED = {
    2: "two deux dos dua два две двое двух hai اثنان اثنين اثنتان",
    3: "three trois tres tiga три трое трех трёх ba ثلاثة ثلاث",
    4: "four quatre cuatro empat четыре четырех четырёх bốn أربعة أربع",
    5: "five cinq cinco пять пяти خمسة خمس",
    6: "six seis enam шесть шести sáu ستة ست",
    7: "seven sept siete tujuh семь семи bảy سبعة سبع",
    8: "eight huit ocho delapan восемь восьми tám ثمانية ثماني ثمان",
    9: "nine neuf nueve sembilan девять девяти chín تسعة تسع",
    10: "ten dix diez sepuluh десять десяти mười عشرة عشر",
    11: "eleven onze sebelas одиннадцать",
    12: "twelve douze doce двенадцать",
}
NUMBERS = {word: str(number) for number, spelled in _SPELLED.items() for word in spelled.split()}


def is_negation(word: str) -> bool:
    """Tell whether a case-folded word denies, contracted forms included: "isn't", "n'est", "ولم"."""
    contracted = word.endswith("n't") or (word.startswith("n'") and len(word) > 2)
    return contracted or word in NEGATIONS or (word[0] in "وف" and word[1:] in NEGATIONS)
