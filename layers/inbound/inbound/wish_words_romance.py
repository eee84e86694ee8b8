"""How people ask not to be written to any more in French, Spanish, Italian and Portuguese (`wish_words`)."""

_LISTE = (
    r"(?:listes?|base|bases|fichiers?|mailings?|diffusion|contacts|newsletters?|base de donnees|carnet|crm|envois"
    r"|destinataires)"
)
_COURRIERS = (
    r"(?:e-?mails?|mails?|messages?|courriels?|courriers?|spams?|sollicitations?|newsletters?|publicites?|pubs?"
    r"|offres?|relances?|demarchages?|prospections?|communications?)"
)

FRENCH = (
    rf"^(?:merci de |svp |veuillez |prière de |priere de )?(?:me |nous )?(?:retirer|supprimer|enlever|rayer) de (?:la"
    rf"|votre|cette|vos) {_LISTE}\b",
    r"\bne (?:veux|veut|voul\w+|souhait\w+|desir\w+) plus (?:de |d'|rien |vos |aucun|jamais |ces )",
    r"\b(?:souhait\w+|veu\w+|voudr\w+|voul\w+|demand\w+|desir\w+|aimer\w+)\b.{0,20}\b(?:etre |me faire |nous faire "
    r")(?:retir|supprim|desinscri|desabonn|enlev|ray|radi|effac)\w*",
    r"\brefus\w+ (?:de recevoir|de continuer a recevoir|vos|toute?s?|d'etre|l'envoi|ces)\b|\binterdi\w+ de (?:me "
    r"|nous |m')",
    r"\binutile de (?:me |nous |m')(?:(?:re)?contacter|relancer|ecrire|envoyer|rappeler|solliciter)\b.{0,40}(?:plus"
    r"|retir|desinscri|liste)",
    r"\b(?:cess|arret|stopp)\w* (?:tout |tous |toute |toutes |vos |ces |les |l'|immediatement )(?:envois?|mails?"
    r"|messages?|courriels?|relances?|sollicitations?|contacts?|communications?|spams?)\b",
    r"\b(?:me|nous|m'|merci de|veuillez|voulez-vous|pouvez-vous|pourriez-vous|souhait\w+|veux|voudrais|desire|demande"
    r"|svp|s'il vous plait|prie de)\b.{0,40}\b(?:desab?onn|desinscri)\w*",
    r"\b(?:desab?onne[zsr]?|desinscri[a-z]{1,5})[- ](?:moi|nous|mon|mes|notre|cette)\b",
    r"^(?:.{0,20}[ ,])?(?:desabonnement|desinscription)\s*(?:svp|merci|s'il vous plait)?\s*$",
    rf"\b(?:retir|enlev|supprim|ray|effac|sort|radi|exclu|ote|elimin)\w{{0,4}}[- ](?:moi|nous|mon|mes|notre|nos|cette"
    rf"|ces)\b.{{0,50}}\b(?:{_LISTE}|adresses?|donnees|coordonnees|e-?mails?(?! (?:precedent|anterieur)))\b",
    r"\b(?:retirez|enlevez|supprimez|rayez|radiez)[- ](?:moi|nous)\b(?!.{0,30}\b(?:copie|boucle|reunion|fil)\b)",
    rf"\b(?:me |nous |m')(?:retirer|supprimer|enlever|rayer|sortir|radier|effacer|oter|exclure)\b.{{0,30}}\b{_LISTE}\b",
    r"\bne (?:me |nous |m')(?:(?:re)?contact\w+|ecri\w+|envo\w+|sollicit\w+|relanc\w+|demarch\w+|derang\w+|adress\w+"
    r"|importun\w+|spamm\w+) (?:plus|jamais|rien)\b",
    r"\bne (?:me |nous )?(?:(?:re)?contactez|ecrivez|sollicitez|relancez|demarchez|derangez) (?:pas|plus)\s*$",
    r"\bne (?:pas|plus) (?:me |nous |m')(?:(?:re)?contacter|ecrire|solliciter|relancer|recontacter|deranger"
    r"|demarcher)\s*$",
    r"\bne plus (?:jamais |rien )?(?:a )?(?:(?:me |nous |m'|nous)(?:(?:re)?contact|ecri|envoy|sollicit|relanc|adress"
    r"|derang|importun|demarch|spamm)\w*|(?:re)?contacter|ecrire a|recevoir|etre (?:(?:re)?contacte|sollicite"
    r"|demarche|derange|relance|importune|destinataire|inscrit)\w*|envoyer|faire partie|figurer|solliciter)",
    rf"\bne (?:souhait|veu|desir|voul|voudr|tien)\w* (?:plus|pas|pas du tout)\b.{{0,30}}\b(?:etre (?:(?:re)?contacte"
    rf"|sollicite|demarche|derange|relance|importune)\w*|recevoir (?:plus )?(?:d'autres|de|vos|ces|ce genre|ce type"
    rf"|aucun|d')\b.{{0,30}}{_COURRIERS}|recevoir vos)",
    r"\b(?:je|nous|on) (?:ne )?(?:souhait|veu|desir|voul)\w* plus (?:rien )?(?:recevoir|etre|entendre|avoir)\b",
    rf"\b(?:cesse[zr]?|arrete[zr]?|stopp?e[zr]?) (?:immediatement |tout de suite |svp )?(?:de |d'|tout |toute |vos "
    rf"|ces |les |l'envoi|cet |ce )(?:m'|me |nous )?.{{0,30}}\b(?:envo\w+|ecri\w+|contact\w+|spamm\w+|harcel\w+"
    rf"|sollicit\w+|import\w+|derang\w+|demarch\w+|{_COURRIERS})\b",
    rf"^(?:.{{0,25}}[ ,])?(?:plus (?:de|aucun)|stop aux|stop les|pas d'autres?) {_COURRIERS}\b.{{0,25}}$",
    r"\bm'oppose\b.{0,60}\b(?:traitement|utilisation|donnees|prospection|usage|envoi)\b",
    r"\b(?:exerce|exercer|invoque|fais valoir|faire valoir)\b.{0,30}\bdroit (?:d'opposition|a l'effacement|a l'oubli"
    r"|de suppression|de retrait)",
    r"\b(?:retire|revoque)\b.{0,20}\bconsentement\b",
    r"\b(?:demande|exige|merci de proceder a|veuillez proceder a)\b.{0,30}\b(?:suppression|effacement|retrait"
    r"|desinscription|radiation)\b.{0,30}\b(?:mes|mon|ma|nos|notre|de la|de votre|de vos)\b",
    r"\b(?:merci|prie|veuillez)\b.{0,15}\bde (?:bien vouloir )?(?:supprimer|effacer|retirer|enlever|rayer) (?:mon|mes"
    r"|notre|nos|cette)\b.{0,20}\b(?:adresses?|donnees|coordonnees|e-?mails?|contacts?|noms?)\b",
    r"\blaisse[zr]?[- ](?:moi|nous) (?:tranquille|en paix)\b",
)  # fmt: skip

_CORREOS = (
    r"(?:correos?|e-?mails?|mails?|mensajes?|publicidad|spam|ofertas?|newsletters?|boletin(?:es)?|comunicaciones"
    r"|propaganda|informacion comercial|promociones)"
)

SPANISH = (
    r"\b(?:me|nos) (?:dieran|diera|dieras|dierais|diesen|diese) de baja\b",
    r"^(?:por favor,? |favor de |favor )?(?:eliminar|borrar|quitar|sacar|retirar) de (?:la|su|esta|vuestra|tu) "
    r"(?:lista|base|mailing)\b",
    r"\b(?:me|nos) (?:borr|elimin|quit|sac|saqu|retir|remuev|exclu|suprim)\w*\b.{0,30}\b(?:listas?|bases?|datos"
    r"|mailing|contactos|envios|registros?|difusion|distribucion)\b",
    rf"\bno (?:me|nos) interesa\b.{{0,15}}\brecib\w+\b.{{0,15}}\b(?:mas|sus|estos|{_CORREOS})\b",
    rf"\bno (?:enviar|mandar|escribir|contactar|remitir)(?:me|nos)?\b.{{0,15}}\b(?:mas|nunca|ningun|{_CORREOS})\b"
    rf"|\bno (?:quiero|queremos|deseo) mas {_CORREOS}\b",
    r"\bces(?:e|en|ar) (?:de|los|el|con|sus|todo)\b.{0,25}\b(?:envi\w+|correos|mensajes|publicidad|comunicaciones"
    r"|contacto)\b|\babst\w+ de\b.{0,15}\b(?:enviar|mandar|escribir|contactar)\w*",
    r"\bno autoriz\w+\b.{0,30}\b(?:datos|correo|envio|uso|tratamiento)\b",
    r"\b(?:borr|elimin|suprim)\w* (?:todos )?mis datos\b",
    r"\b(?:dar(?:me|nos)|d(?:e|a|en|ad|eis)(?:me|nos)|dame|danos|me (?:de|den|des)|nos (?:de|den|des)|causar"
    r"|solicito (?:la|mi)|pido (?:la|mi)|tramit\w+ (?:la|mi)|quiero(?: la| mi)?|proced\w+ a(?: la| "
    r"mi)?)\b.{0,25}\bbaja\b(?! (?:la|el|los) )",
    r"\bd(?:ar|en|ad|e) de baja\b.{0,20}\b(?:mi|mis|nuestr[oa]s?|est[ae]|a est[ae])\b.{0,10}\b(?:correo|e-?mail"
    r"|mail|direccion|suscripcion|cuenta|datos|contacto|nombre)",
    r"\b(?:elimin|borr|quit|sac|saqu|retir|remov|remuev|exclu|supri[mn]|suprim|tach)\w{0,5}(?:me"
    r"|nos)\b.{0,40}\b(?:listas?|bases?|mailing|contactos|envios|correos?|difusion|registros?|newsletter|suscri\w+"
    r"|distribucion|fichero|crm)\b",
    r"\b(?:elimin|borr|quit|sac|saqu|retir|remuev|exclu|suprim)(?:ar|en|ad|e|a|an)?(?:me|nos)\b(?:,? (?:por favor"
    r"|gracias|ya|inmediatamente))?\s*$",
    r"\b(?:elimin|borr|quit|retir|suprim|saqu|remuev)\w{0,4} (?:por favor )?(?:todos )?(?:mi|mis|nuestr[oa]s?|est[ae]"
    r"|a) (?:datos|correo(?! anterior)|e-?mail(?! anterior)|direccion|contacto|cuenta de correo|informacion|nombre "
    r"de)\b",
    rf"\bno (?:me|nos) (?:vuelv(?:a|an|as) a (?:escribir|contactar|enviar|mandar|molestar|llamar)|(?:escrib(?:a|an|as"
    rf"|ais)|contact(?:e|en|es|eis)|envi(?:e|en|es|eis)|mand(?:e|en|es)|molest(?:e|en|es|eis)|remit(?:a|an|as)"
    rf"|contactar|escribir|enviar))\w{{0,3}}(?:[ ,]+(?:mas|nada(?: mas)?|nunca(?: mas)?|otra vez|de nuevo|por favor"
    rf"|ningun|ninguna|otro|este tipo de|estos|esta clase de|a este correo|a esta direccion|gracias|jamas"
    rf"|{_CORREOS}).*)?\s*$",
    r"\bno (?:me |nos )?(?:vuelv(?:a|an|as|ais)|volver) a (?:escrib|contact|envi|mand|molest|llam)\w*",
    rf"\bno (?:envi(?:e|en|es)|mand(?:e|en|es)|escrib(?:a|an|as)|contact(?:e|en|es))(?:me|nos)?\b.{{0,15}}\b(?:mas"
    rf"|nunca|{_CORREOS})\b",
    rf"\b(?:no|ya no|tampoco) (?:deseo|quiero|queremos|deseamos|quisiera|querria)(?: seguir| volver a)?(?: recib(?:ir"
    rf"|iendo)\b.{{0,25}}\b(?:mas|{_CORREOS}|suyos|vuestros|sus|nada)|(?: que)? (?:me|nos) (?:vuelv\w+ a )?(?:contact"
    rf"|escrib|envi|mand|molest)\w*| ser contactad\w*| mas {_CORREOS}| saber (?:mas|nada))",
    rf"\b(?:no|ya no|dejar de|sin) (?:deseo |quiero |queremos |deseamos )?(?:seguir )?recib(?:ir|iendo) (?:mas |sus "
    rf"|estos |vuestros |este tipo de |ningun |tus ){{0,2}}{_CORREOS}\b",
    r"\b(?:dej|par|ces)(?:e|en|a|ad|ar|es|eis) de (?:enviar|mandar|escribir|contactar|molestar|spamear|acosar|llamar"
    r"|remitir)\w*",
    r"\b(?:cancel|anul)\w* (?:mi|nuestra|esta) (?:suscripcion|registro|inscripcion)\b|\b(?:cancelar|anular) (?:la "
    r")?suscripcion\s*$",
    r"\b(?:desuscri[bp]|desapunt|desinscri[bp])\w*(?:me|nos)\b",
    rf"^(?:.{{0,25}}[ ,])?(?:no|ni un) mas {_CORREOS}\b.{{0,20}}$|\bbasta (?:ya )?de {_CORREOS}\b",
    r"\b(?:ejer\w+|ejercit\w+|solicit\w+|hago uso)\b.{0,50}\b(?:derecho|derechos) (?:de|a la|al) (?:supresion"
    r"|oposicion|cancelacion|olvido)",
    r"\bme opongo\b.{0,50}\b(?:tratamiento|uso|datos|envio)",
    r"\b(?:retiro|revoco)\b.{0,20}\bconsentimiento\b",
    r"\bsolicit\w+\b.{0,30}\b(?:eliminacion|supresion|cancelacion|borrado|baja)\b.{0,20}\b(?:mis|mi|nuestros|de la"
    r"|de su)\b",
    r"\bdej(?:e|en|a|ad)(?:me|nos) en paz\b",
)  # fmt: skip

_ITALIAN_MAILS = r"(?:e-?mail|mail|messaggi\w*|comunicazion\w*|spam|pubblicita|newsletter|offerte|promozion\w*)"

ITALIAN = (
    r"^(?:per favore,? |vi prego di |prego )?(?:eliminare|rimuovere|cancellare|togliere) (?:dalla|da|dal|dai) "
    r"(?:vostr\w |quest\w )?(?:lista|mailing\w*|database|contatti|newsletter)\b",
    r"\b(?:cancell|rimuov|elimin|togli|escludi|depenn|lev)\w{0,6}(?:mi|ci|temi|teci)\b.{0,30}\b(?:list\w+|mailing"
    r"|database|newsletter|elenc\w+|contatti|archiv\w+|indirizz\w+|rubrica)\b",
    r"\b(?:cancell(?:ate|a|i|are|ar|ino)|rimuov(?:ete|i|a|er|ere|ano)|togli(?:ete|er|ere)?|elimin(?:ate|a|i|ar"
    r"|are))(?:mi|ci)\b(?:,? (?:per favore|grazie|subito))?\s*$",
    r"\b(?:cancell|rimuov|elimin|togli|tolg)\w{0,5} (?:per favore |cortesemente )?(?:il mio|la mia|i miei|il nostro"
    r"|la nostra|i nostri|questo|questa) (?:indirizz\w+|e-?mail\b(?! precedente)|mail\b(?! precedente)|nominativ\w+"
    r"|dati|contatt\w+|iscrizion\w+|recapit\w+|nome)",
    r"\bmi (?:cancell|rimuov|elimin|tolg)\w+\b.{0,30}\b(?:list\w+|mailing|database|newsletter|elenc\w+|contatti)\b",
    r"\bnon (?:mi |ci |vogliate |dovete |voglio che mi )?(?:scriv|contatt|mand|invi|disturb|ricontatt|spedi|sped"
    r"|telefon)\w*\b.{0,20}\b(?:piu|mai|altre|altri|ulteriori|nessun\w*|nulla)\b",
    r"\bnon (?:(?:scrive|contatta|manda|invia|disturba|ricontatta)te(?:mi|ci)|(?:scriver|contattar|mandar|inviar"
    r"|disturbar)(?:mi|ci))\b",
    r"\bdi non (?:(?:scriver|contattar|mandar|inviar|disturbar|ricontattar)(?:mi|ci)|essere (?:piu )?contattat)",
    rf"\bnon (?:desider|vogli|intend|gradisc|gradirei|vorrei|vogliam|interess)\w* (?:piu )?(?:piu "
    rf")?(?:ricevere\b.{{0,30}}\b(?:piu|altre|ulteriori|vostre|queste|nessun\w*|{_ITALIAN_MAILS})|essere (?:piu "
    rf")?(?:ri)?(?:contattat|disturbat)|altre {_ITALIAN_MAILS}|ricevere piu)",
    r"\bnon (?:desidero|desideriamo|voglio|vogliamo|intendo) piu (?:ricevere|essere|sentire)\b",
    r"\b(?:desider|vorre|chied|vogli|prego|gradir)\w*\b.{0,30}\bessere (?:cancellat|rimoss|eliminat|tolt"
    r"|disiscritt)\w*",
    r"\b(?:smett|piant)\w* (?:subito )?di (?:scriver|mandar|inviar|contattar|disturbar|spammar|spedir|tempestar)\w*",
    rf"\bbasta (?:con (?:le |queste |i |questi )?)?{_ITALIAN_MAILS}\b",
    r"\b(?:disiscri|dis-iscri|annull\w+ (?:la mia |la nostra |l')?iscrizion|cancell\w+ (?:la mia |la nostra "
    r"|l')iscrizion)\w*",
    r"\b(?:cancellazion|rimozion|disiscrizion)\w* (?:dalla|dal|da|del mio|dei miei|della mia) .{0,20}\b(?:list\w+"
    r"|mailing|database|newsletter|elenc\w+|dati|indirizz\w+|e-?mail)",
    r"\bmi oppongo\b|\brevoco\b.{0,20}\bconsenso\b|\b(?:esercit|chied|richied)\w*\b.{0,40}\b(?:diritto (?:di|alla"
    r"|all') ?(?:opposizion|cancellazion|oblio)|cancellazione dei miei dati)",
    r"\blasciate(?:mi|ci) in pace\b",
)  # fmt: skip

_PORTUGUESE_MAILS = (
    r"(?:e-?mails?|mails?|mensagens?|spam|publicidades?|propagandas?|newsletters?|comunicac\w+|ofertas?|contatos?"
    r"|contactos?)"
)

PORTUGUESE = (
    r"^(?:por favor,? |favor )?(?:remover|retirar|excluir|eliminar) d(?:a|o|esta|este|e) (?:sua |vossa |vosso "
    r")?(?:lista|mailing|base|cadastro|newsletter)\b",
    r"\b(?:remov|retir|exclu|elimin|apagu?|tir|delet|risqu)\w{0,4}(?:-me|-nos| me| nos)\b.{0,40}\b(?:listas?|base"
    r"|bases|mailing|contatos|contactos|cadastro|newsletter|envios|distribuicao)\b",
    r"\b(?:remov|retir|exclu|elimin|tir)\w{0,4}-(?:me|nos)\b(?:,? (?:por favor|obrigad[oa]))?\s*$",
    r"\b(?:me|nos) (?:remov|retir|exclu|elimin|tir)\w{1,4}\b.{0,30}\b(?:listas?|base|mailing|contatos|contactos"
    r"|cadastro|newsletter|envios|distribuicao)\b",
    r"\b(?:remov|retir|exclu|elimin|apagu?|delet)\w{0,4} (?:por favor )?(?:o |a |os |as )?(?:meu|minha|meus|minhas"
    r"|nosso|nossa|nossos|este|esse|esta) (?:e-?mail|endereco|contato|contacto|dados|cadastro|nome|correio)\b(?! "
    r"anterior)",
    r"\b(?:gostaria|quero|desejo|peco|pretendo|solicito)\b.{0,20}\b(?:ser |que me )(?:removid|retirad|excluid"
    r"|descadastrad|eliminad|retir|remov|exclu)\w*",
    r"\b(?:descadastr|desinscrev|desinscri|dessubscrev)\w*\b(?<!descadastrou)",
    r"\bcancel\w* (?:a )?(?:minha |nossa |esta )(?:inscricao|subscricao|assinatura|registo)\b|\b(?:cancelar|anular) "
    r"(?:a )?(?:subscricao|inscricao)\s*$",
    rf"\bnao (?:quero|queremos|desejo|desejamos|pretendo|pretendemos|gostaria de|tenho interesse em) (?:mais "
    rf")?(?:receber\b.{{0,30}}\b(?:mais|{_PORTUGUESE_MAILS}|seus|vossos|vossas|nada)|(?:voltar a )?(?:ser|sermos) "
    rf"(?:contat|contact|incomod)|que me (?:contact|contat|envi|escrev))",
    r"\bnao (?:quero|queremos|desejo|desejamos|pretendo) mais (?:receber|ser|ter|os|esses|estes|e-?mails)\b",
    rf"\bnao (?:(?:me|nos) )?(?:volt\w+ a (?:me )?)?(?:envi(?:e|em|es)|mand(?:e|em|es)|escrev(?:a|am|as)|contat(?:e"
    rf"|em|es)|contact(?:e|em|es|ar)|incomod(?:e|em)|perturb(?:e|em))(?:-me|-nos)?\b(?:.{{0,20}}\b(?:mais|nunca"
    rf"|novamente|{_PORTUGUESE_MAILS}|de novo)\b|,? (?:por favor)?\s*$)",
    r"\b(?:par|deix|cess)(?:e|em|a|ar|ai|es) de (?:me |nos )?(?:enviar|mandar|escrever|contat|contact|spam|incomod"
    r"|perturb|importun)\w*",
    rf"^(?:.{{0,20}}[ ,])?(?:sem|nao|chega de|nada de|nenhum) (?:mais )?{_PORTUGUESE_MAILS}\b(?: mais)?.{{0,15}}$",
    r"\b(?:oponho-me|me oponho)\b|\b(?:retiro|revogo)\b.{0,20}\bconsentimento\b|\bexer\w+\b.{0,30}\bdireito (?:de"
    r"|ao) (?:oposicao|apagamento|esquecimento|exclusao|eliminacao)",
    r"\bsolicit\w+\b.{0,30}\b(?:remocao|exclusao|eliminacao|cancelamento)\b.{0,30}\b(?:meu|minha|meus|da|de|do)\b",
    r"\bdeixe(?:m)?(?:-me| me|-nos) em paz\b",
)  # fmt: skip
