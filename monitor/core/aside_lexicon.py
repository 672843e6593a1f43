"""The words of labels, counters and stamps, as news sites write them.

In English, French, Spanish, Portuguese, German, Indonesian, Russian, Vietnamese, Arabic and Urdu, some in Chinese and
Thai. In every table phrases stand between bars or on lines of their own; core/aside_words.py says what they are for.
"""

# Say by themselves what a line is.
LABELS = """
share|share this|share this article|share this story|share this post|share this page|share on|share via|shares|shared
tweet|facebook|twitter|whatsapp|telegram|linkedin|pinterest|reddit|instagram|youtube|tiktok|bluesky|threads|messenger
viber|zalo|email|e mail|email this|mail|print|print this page|print this article|copy link|copy url|copied|link copied
save|save article|bookmark|like|likes|follow|follow us|follow us on|find us on|join us on|join our channel
subscribe|subscribe to our newsletter|sign up for our newsletter|newsletter|our newsletter
view|views|page views|reads|times read|readers|min read|mins read|minute read|minutes read|minute reading
reading time|read time|estimated reading time|estimated read time|listen|listen to this article|listen to article
advertisement|advertisements|advertising|ad|ads|sponsored|sponsored content|promoted|paid content
continue reading below|story continues below|article continues below|scroll to continue|with content
scroll to continue with content|story continues below advertisement|skip advertisement|skip ad
comment|comments|leave a comment|add a comment|post a comment|no comments|no comments yet|join the conversation
be the first to comment|show comments|view comments|log in to comment|login to comment|sign in to comment
most read|most popular|most viewed|trending|trending now|top stories|editor s picks|next article|previous article|next
previous|back to top|font size|text size|loading|menu|search|close|read the full story|all rights reserved
partager|partager cet article sur|partager sur|partagez|partager cet article|partages|tweeter|envoyer
envoyer par mail|envoyer par e mail
imprimer|commentaire|commentaires|commenter|laisser un commentaire|ajouter un commentaire|aucun commentaire|réagir
réactions|vue|vues|lectures|lu|fois|temps de lecture|minute de lecture|minutes de lecture|min de lecture|lecture
les plus lus|le plus lu|publicité|annonce|contenu sponsorisé|suivez nous|suivez nous sur|suivre|abonnez vous|s abonner
s abonner à la newsletter|abonnez vous à notre newsletter|inscrivez vous à notre newsletter|écouter
écouter cet article|copier le lien|enregistrer|sauvegarder|haut de page|la suite après la publicité
la suite après cette publicité|lire la suite|article précédent|article suivant
compartir|compartir este artículo|compartir este artículo en|compartir en|comparte|comparte en|compartir esta noticia
compartidos|comentario|comentarios|comentar
deja un comentario|deja tu comentario|vistas|visitas|visualizaciones|lecturas|leído|veces|tiempo de lectura
minuto de lectura|minutos de lectura|min de lectura|lo más leído|lo más visto|más leídas|más leídos|publicidad|anuncio
síguenos|síguenos en|síganos|síganos en|suscríbete|suscríbase|suscríbete a nuestro boletín|escuchar
escucha este artículo|imprimir|enviar|copiar enlace|guardar|contenido patrocinado|me gusta
compartilhar|compartilhe|partilhar|comentário|comentários|deixe um comentário|deixe seu comentário|tempo de leitura
minuto de leitura|minutos de leitura|min de leitura|mais lidas|mais lidos|publicidade|continua após a publicidade
siga nos|siga nos no|assine|inscreva se|ouvir|copiar link|salvar
teilen|drucken|kommentar|kommentare|kommentieren|kommentar schreiben|aufrufe|lesezeit|minuten lesezeit|min lesezeit
meistgelesen|anzeige|werbung|folgen sie uns|folgen sie uns auf|abonnieren|newsletter abonnieren|merken|anhören
artikel anhören|artikel teilen
bagikan|bagikan ke|bagikan di|bagikan artikel ini|bagikan artikel ini ke|bagikan berita ini|kali dibagikan|dibagikan
komentar|tulis komentar
tinggalkan komentar|beri komentar|kirim komentar|kali dilihat|dilihat|kali dibaca|dibaca|pembaca|tayangan|waktu baca
menit baca|menit membaca|terpopuler|berita terpopuler|paling populer|iklan|ikuti kami|ikuti kami di|berlangganan|cetak
salin tautan|simpan|dengarkan|suka|kirim
поделиться|поделиться в|поделиться ссылкой|поделиться новостью|поделиться статьёй|поделиться в соцсетях|в соцсетях
комментарий|комментарии|комментария|комментариев
комментировать|оставить комментарий|обсудить|просмотр|просмотры|просмотра|просмотров|количество просмотров|прочтений
прочитали|время чтения|время прочтения|минут чтения|минуты чтения|минута чтения|минут на чтение|минуты на чтение
мин чтения|самое читаемое|популярное|реклама|на правах рекламы|подписаться|подписывайтесь|подписывайтесь на нас
подписывайтесь на нас в|подпишитесь|подпишитесь на нас|распечатать|печать|версия для печати|скопировать ссылку
сохранить|вконтакте|одноклассники|телеграм|дзен|слушать|нравится
chia sẻ|chia sẻ bài viết|chia sẻ lên|chia sẻ trên|bình luận|gửi bình luận|viết bình luận|ý kiến|ý kiến bạn đọc
lượt xem|lượt đọc|lượt thích|lượt chia sẻ|thích|thời gian đọc|phút đọc|đọc nhiều|đọc nhiều nhất|xem nhiều
xem nhiều nhất
tin nổi bật|quảng cáo|theo dõi chúng tôi|theo dõi chúng tôi trên|theo dõi|đăng ký nhận tin|in bài|in bài viết
sao chép liên kết|lưu bài|lưu bài viết|nghe|nghe bài viết|gửi email
شارك|شاركها|شارك المقال|شارك الخبر|شارك هذا المقال|شارك هذا المقال على|شارك على|مشاركة|مشاركات|مشاركة عبر|تعليق
تعليقا|تعليقات|التعليقات
أضف تعليقا|أضف تعليقك|أضف تعليق|اترك تعليقا|اترك تعليق|لا توجد تعليقات|مشاهدة|مشاهدات|المشاهدات|عدد المشاهدات
قراءة|قراءات|القراءات|عدد القراءات|الزيارات|عدد الزيارات|وقت القراءة|مدة القراءة|دقائق للقراءة|دقيقة للقراءة
دقيقة قراءة|دقائق قراءة|الأكثر قراءة|الأكثر مشاهدة|الأكثر تداولا|إعلان|إعلانات|تابعنا|تابعنا على|تابعونا|تابعونا على
اشترك|اشترك في نشرتنا|اشترك في النشرة البريدية|النشرة البريدية|طباعة|إرسال|نسخ الرابط|حفظ|استمع|استمع إلى المقال
فيسبوك|تويتر|واتساب|تلغرام|تيليجرام|تليغرام|إكس|انستغرام|يوتيوب|لينكد إن|بريد إلكتروني|أعجبني
شیئر|شیئر کریں|شئیر کریں|تبصرہ|تبصرے|تبصرہ کریں|اشتہار|اشتہارات|فالو کریں|ہمیں فالو کریں|سبسکرائب کریں|مناظر|ویوز
بار پڑھا گیا|پڑھا گیا|بار دیکھا گیا|دیکھا گیا|سب سے زیادہ پڑھی گئی|پرنٹ|فیس بک|ٹوئٹر|واٹس ایپ|لنک کاپی کریں
مقبول ترین|محفوظ کریں|پسند
分享|分享到|评论|条评论|阅读|次阅读|阅读量|点赞|收藏|打印|广告|关注我们|最新文章|热门文章|热门
แชร์|แชร์บทความนี้|ความคิดเห็น|เข้าชม|ครั้ง|โฆษณา|อ่านมากที่สุด|ติดตามเรา|พิมพ์|คัดลอกลิงก์
"""

# Announce other articles.
ALSO = """
read also|also read|read more|read next|see also|more on this|more on this story|more on this topic|more on|related
related articles|related article|related stories|related story|related news|related content|related topics
related posts|recommended|recommended for you|recommended stories|you may also like|you might also like
you may be interested in|more stories|more news|more from|don t miss|up next|latest news
lire aussi|à lire aussi|lire également|à lire également|a lire|voir aussi|sur le même sujet|article lié|articles liés
articles similaires|dans la même rubrique|en savoir plus|nos recommandations|pour aller plus loin
lea también|lee también|leer también|lea además|le puede interesar|te puede interesar|también te puede interesar
puede leer|vea también|ver también|mira también|además|noticia relacionada|noticias relacionadas|artículo relacionado
artículos relacionados|notas relacionadas|relacionados|relacionadas|leer más|más noticias|más sobre este tema
leia também|leia mais|veja também|veja mais|saiba mais|notícias relacionadas|artigos relacionados
lesen sie auch|auch interessant|mehr zum thema|mehr dazu|siehe auch|ähnliche artikel|verwandte artikel
verwandte themen|weiterlesen|das könnte sie auch interessieren
baca juga|lihat juga|simak juga|baca selengkapnya|selengkapnya|berita terkait|artikel terkait|terkait
berita lainnya|rekomendasi|rekomendasi untuk anda|pilihan editor
читайте также|читать также|читайте ещё|читайте по теме|смотрите также|по теме|материалы по теме|новости по теме
похожие материалы|похожие новости|ещё по теме|другие новости|читать далее|подробнее
xem thêm|đọc thêm|đọc tiếp|tin liên quan|bài liên quan|bài viết liên quan|tin cùng chuyên mục|cùng chuyên mục
có thể bạn quan tâm|tin mới|tin khác|tin đọc nhiều
اقرأ أيضا|اقرأ أيضاً|إقرأ أيضا|اقرأ المزيد|اقرأ كذلك|انظر أيضا|شاهد أيضا|مواضيع ذات صلة|موضوعات ذات صلة
أخبار ذات صلة|مقالات ذات صلة|ذات صلة|قد يعجبك أيضا|قد يهمك|قد يهمك أيضا|المزيد|المزيد من الأخبار
مزید پڑھیں|یہ بھی پڑھیں|یہ بھی دیکھیں|متعلقہ خبریں|متعلقہ|مزید خبریں
延伸阅读|相关阅读|相关新闻|推荐阅读|更多新闻|อ่านเพิ่มเติม|อ่านต่อ|ข่าวที่เกี่ยวข้อง|บทความที่เกี่ยวข้อง
"""

# Announce subjects.
TAGS = """
tags|tag|topics|topic|keywords|filed under|categories|category|posted in|mots clés|étiquettes|thèmes|rubrique
etiquetas|palabras clave|temas|tópicos|palavras chave|schlagworte|schlagwörter|themen|topik|kata kunci|теги|метки
ключевые слова|từ khóa|từ khoá|thẻ|chủ đề|وسوم|الوسوم|الكلمات المفتاحية|كلمات مفتاحية|كلمات دلالية|ٹیگز|موضوعات|标签
关键词|แท็ก|คำสำคัญ
"""

# Say that a time is that of publication or change.
STAMPS = """
published|published on|published at|first published|posted|posted on|updated|updated on|updated at|last updated
last updated on|last modified|modified|last update|update|publié|publié le|publié à|mis à jour|mise à jour
mis à jour le
dernière mise à jour|modifié|modifié le|actualisé|paru le|publicado|publicado el|publicado em|publicada|actualizado
actualizado el|actualizada|última actualización|atualizado|atualizado em|última atualização|veröffentlicht
veröffentlicht am|aktualisiert|aktualisiert am|zuletzt aktualisiert|stand|diterbitkan|dipublikasikan|diperbarui
diperbaharui|terakhir diperbarui|tayang|terbit|опубликовано|дата публикации|обновлено|обновлена|последнее обновление
изменено|đăng lúc|đăng ngày|ngày đăng|cập nhật|cập nhật lúc|cập nhật lần cuối|xuất bản|نشر|نشر في|نشرت في|تاريخ النشر
تم النشر|تحديث|آخر تحديث|تم التحديث|حدث في|محدث|شائع شدہ|اپ ڈیٹ|آخری اپ ڈیٹ|تاریخ اشاعت|وقت اشاعت
اپ ڈیٹ ہوا|اپ ڈیٹ کیا گیا|更新|更新时间|更新于|发布|发布时间|发布于|分钟前更新|小时前更新
อัปเดต|อัปเดตเมื่อ|เผยแพร่|เผยแพร่เมื่อ
"""

# Make a time one of the past.
AGO = """
ago|just now|moments ago|il y a|à l instant|hace|ahora mismo|hace instantes|há|atrás|agora mesmo|vor|gerade eben|lalu
yang lalu|baru saja|назад|только что|trước|vừa xong|منذ|قبل|الآن|للتو|پہلے
ابھی|分钟前|小时前|天前|นาทีที่แล้ว|ชั่วโมงที่แล้ว
วันที่แล้ว
"""

# Years are left out: what was twenty years ago is told.
UNITS = """
second|seconds|sec|secs|minute|minutes|min|mins|hour|hours|hr|hrs|h|day|days|week|weeks|seconde|secondes|heure|heures
jour|jours|semaine|semaines|segundo|segundos|minuto|minutos|hora|horas|día|días|semana|semanas|dia|dias
sekunde|sekunden|minuten|stunde|stunden|tag|tage|tagen|woche|wochen|detik|menit|jam|hari|minggu|секунд|секунды|секунду
минуту|минуты|минут|мин|час|часа|часов|день|дня|дней|неделю|недели|giây|phút|giờ|ngày|tuần|ثانية|ثوان|ثواني|دقيقة
دقائق|دقيقتين|ساعة|ساعات|ساعتين|يوم|أيام|يومين|أسبوع|أسابيع|سیکنڈ|منٹ|گھنٹے|گھنٹہ|گھنٹوں|دن|ہفتے
"""

# Names of days; those of months are in core/date_words.py, but for the Urdu ones.
DAYS = """
monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|today|yesterday
lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|aujourd hui|hier|lunes|martes|miércoles|jueves|viernes|sábado
domingo|hoy|ayer|segunda feira|terça feira|quarta feira|quinta feira|sexta feira|hoje|ontem|montag|dienstag|mittwoch
donnerstag|freitag|samstag|sonntag|heute|gestern|senin|selasa|rabu|kamis|jumat|jum at|sabtu|hari ini|kemarin
понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|сегодня|вчера|thứ hai|thứ ba|thứ tư|thứ năm|thứ sáu
thứ bảy|chủ nhật|hôm nay|hôm qua|الاثنين|الإثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد|اليوم|أمس|پیر|منگل|بدھ
جمعرات|جمعہ|ہفتہ|اتوار|آج|کل|جنوری|فروری|مارچ|اپریل|مئی|جون|جولائی|اگست|ستمبر|اکتوبر|نومبر|دسمبر
"""

# Stand before an author.
BY = """
by|written by|reported by|par|por|texto|von|oleh|penulis|reporter|pewarta|editor|автор|автор текста|текст|tác giả
بقلم|كتب|كتبت|تقرير|تحرير|تحریر|رپورٹ
"""

# Stand between the others and mean nothing alone.
FILLERS = """
at|on|the|of|a|an|and|in|am|pm|a m|p m|et|à|le|la|du|de|el|las|los|del|en|y|às|as|em|do|da|der|um|uhr|und|pukul|wib
wita
wit|dan|в|г|года|мск|и|на|lúc|ngày|tháng|năm|giờ|في|على|الساعة|من|بتاريخ|م|ص|مساء|صباحا|بتوقيت|و|بجے|کو|gmt|utc|cet
cest
est|edt|et|pst|pdt|bst|msk|ist|ict|pkt|z|h|hs|hrs|x|th|st|nd|rd|gmt0|times|kali|to
"""
