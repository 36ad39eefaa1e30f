"""Every sentence of the page, Vietnamese and English side by side.

Comes in: nothing. Goes out: key → (Vietnamese, English); an English ``one|many`` has a
form for the number 1.
"""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, tuple[str, str]]] = {
    # the frame of every page
    "site": ("Tìm toàn văn", "Full-text search"),
    "skip": ("Đến nội dung chính", "Skip to content"),
    "language": ("Ngôn ngữ", "Language"),
    "footer.syntax": ("Cách viết truy vấn", "How to write a query"),
    "footer.keys": (
        "Phím / để tìm, n và p để đến chỗ khớp sau và trước",
        "Press / to search, n and p for the next and previous match",
    ),
    "footer.keys_search": ("Phím / để đến ô tìm", "Press / to go to the search box"),
    "footer.json": ("Kết quả này ở dạng JSON", "These results as JSON"),
    "footer.article_json": ("Bài này ở dạng JSON", "This article as JSON"),
    # the search form
    "search": ("Tìm", "Search"),
    "search.label": ("Tìm trong các bài viết", "Search the articles"),
    "search.placeholder": ("Có dấu hay không dấu", "Accents optional"),
    "suggestions": ("Gợi ý", "Suggestions"),
    "suggestions.count": ("{n} gợi ý", "{n} suggestion|{n} suggestions"),
    "filters": ("Bộ lọc", "Filters"),
    "filters.apply": ("Áp dụng", "Apply"),
    "filters.clear": ("Bỏ mọi bộ lọc", "Clear filters"),
    "filters.active": ("Bộ lọc đang dùng", "Active filters"),
    "filters.remove": ("Bỏ bộ lọc: {filter}", "Remove filter: {filter}"),
    "label.q": ("Ô tìm", "Search box"),
    "label.date": ("Ô tìm", "Search box"),
    "label.page": ("Trang", "Page"),
    "label.from": ("Từ ngày", "From"),
    "label.to": ("Đến ngày", "To"),
    "label.source": ("Nguồn", "Source"),
    "label.sort": ("Sắp xếp", "Order"),
    "label.match": ("Cách khớp", "Match"),
    "any_source": ("Mọi nguồn", "All sources"),
    "sort.relevance": ("Liên quan nhất", "Best match"),
    "sort.newest": ("Mới nhất", "Newest"),
    "match.most": ("Phần lớn các từ", "Most words"),
    "match.all": ("Đủ mọi từ", "All words"),
    "match.any": ("Từ nào cũng được", "Any word"),
    # the first page
    "start.title": (
        "Tìm trong từng *đoạn* của từng bài",
        "Search every *paragraph* of every article",
    ),
    "start.articles": (
        "Tìm trong {n} bài viết.",
        "One article to search.|{n} articles to search.",
    ),
    "help": ("Cách viết truy vấn", "How to write a query"),
    "help.folded": (
        "không cần gõ dấu: tìm thấy “dân vận khéo”",
        "no accents needed: finds “dân vận khéo”",
    ),
    "help.phrase": ("đúng cụm từ trong ngoặc kép", "exactly this phrase"),
    "help.must": ("phải có từ sau dấu +", "the word after + must be there"),
    "help.not": ("không có từ sau dấu -", "the word after - must not be there"),
    "help.prefix": ("mọi tiếng bắt đầu như vậy", "every syllable that begins so"),
    "help.title": ("từ nằm trong tiêu đề", "the word stands in the title"),
    "help.source": ("chỉ bài của một nguồn", "only articles from one source"),
    "help.date": ("chỉ bài đăng trong khoảng này", "only articles of this time"),
    "help.boolean": ("AND, OR, NOT và ngoặc đơn", "AND, OR, NOT and parentheses"),
    # results
    "results.title": ("{q} – {site}", "{q} – {site}"),
    "results.title_page": ("{q}, trang {page} – {site}", "{q}, page {page} – {site}"),
    "results.heading": ("Kết quả: {q}", "Results: {q}"),
    "count.articles": ("{n} bài", "{n} article|{n} articles"),
    "count.paragraphs": ("{n} đoạn", "{n} paragraph|{n} paragraphs"),
    "results.took": ("{ms} ms", "{ms} ms"),
    "relaxed": (
        "Không đoạn nào có đủ các từ, nên đây là những đoạn có một phần.",
        "No paragraph has all of it; showing those with some.",
    ),
    "suggestion": ("Có phải bạn muốn tìm:", "Did you mean:"),
    "shown_for": ("Đang hiện kết quả cho:", "Showing results for:"),
    "shown_for.back": ("Tìm đúng như đã gõ: {q}", "Search instead for: {q}"),
    "untitled": ("(Không có tiêu đề)", "(Untitled)"),
    "paragraph": ("Đoạn {n}", "Paragraph {n}"),
    "more": (
        "và {n} đoạn nữa trong bài này",
        "and {n} more paragraph in this article|and {n} more paragraphs in this article",
    ),
    "pages": ("Các trang kết quả", "Result pages"),
    "pages.page": ("Trang {n}", "Page {n}"),
    "pages.previous": ("Trước", "Previous"),
    "pages.next": ("Sau", "Next"),
    "past_end.title": ("Không có trang {page}", "There is no page {page}"),
    "past_end.text": (
        "Kết quả chỉ có {n} trang.",
        "The results fill {n} page.|The results fill {n} pages.",
    ),
    "past_end.first": ("Về trang đầu", "Go to the first page"),
    "past_end.last": ("Đến trang cuối", "Go to the last page"),
    "none.title": ("Không tìm thấy: {q}", "Nothing found: {q}"),
    "none.try": ("Thử cách khác", "What you can try"),
    "none.unfiltered": ("Không kèm bộ lọc: {q}", "Without filters: {q}"),
    "none.plain": ("Bỏ các ký hiệu truy vấn: {q}", "Without operators: {q}"),
    "none.any": ("Từ nào cũng được: {q}", "Any of the words: {q}"),
    "none.fewer": ("Ít từ hơn: {q}", "Fewer words: {q}"),
    "none.tips": (
        "Kiểm tra chính tả, dùng ít từ hơn hoặc từ chung hơn. "
        "Gõ không dấu cũng được: khi đó mọi cách đặt dấu đều được tìm.",
        "Check the spelling, use fewer or more general words. "
        "You may leave out accents: every accented spelling is then found.",
    ),
    "retry": ("Tải lại trang", "Reload the page"),
    # an article
    "article.title": ("{title} – {site}", "{title} – {site}"),
    "article.back": ("Kết quả: {q}", "Results: {q}"),
    "article.home": ("Trang tìm kiếm", "Search page"),
    "article.original": ("Bài gốc", "Original"),
    "article.matches": ("Đoạn có từ khớp", "Matching paragraphs"),
    "article.no_match": (
        "Bài này không có chỗ nào khớp: {q}",
        "Nothing in this article matches: {q}",
    ),
    "article.heading": ("tiêu đề", "title"),
    "walk": ("Các chỗ khớp", "Matches"),
    "walk.previous": ("Chỗ khớp trước", "Previous match"),
    "walk.next": ("Chỗ khớp sau", "Next match"),
    # what went wrong
    "error.400": ("Yêu cầu không đọc được", "The request cannot be read"),
    "error.404": ("Không có trang này", "There is no such page"),
    "error.404.text": (
        "Địa chỉ có thể đã gõ nhầm, hoặc trang đã dời đi. Bạn có thể tìm lại ở trên.",
        "The address may be mistyped, or the page has moved. You can search again above.",
    ),
    "error.405": ("Chỉ đọc được, không ghi được", "This site can only be read"),
    "error.413": ("Yêu cầu quá lớn", "The request is too large"),
    "error.414": ("Địa chỉ quá dài", "The address is too long"),
    "error.414.text": ("Hãy rút ngắn câu tìm.", "Shorten the query."),
    "error.500": ("Máy chủ gặp lỗi", "Something went wrong here"),
    "error.500.text": (
        "Lỗi đã được ghi lại. Thử lại sau ít phút.",
        "The error has been logged. Try again in a few minutes.",
    ),
    "error.article_missing": ("Không có bài này", "There is no such article"),
    "error.article_missing.text": (
        "Bài có thể đã bị gỡ khỏi chỉ mục. Bạn có thể tìm lại ở trên.",
        "It may have been removed from the index. You can search again above.",
    ),
    "error.index_missing": ("Chưa có chỉ mục", "There is no index yet"),
    "error.index_missing.text": (
        "Các bài chưa được lập chỉ mục nên chưa tìm được. Chạy lệnh này rồi tải lại trang:",
        "The articles have not been indexed, so there is nothing to search. "
        "Run this command, then reload the page:",
    ),
    "error.index_corrupt": ("Chỉ mục bị hỏng", "The index is damaged"),
    "error.index_corrupt.text": (
        "Một tệp của chỉ mục bị hỏng hoặc bị mất. Lập lại chỉ mục rồi tải lại trang:",
        "A file of the index is damaged or gone. Rebuild the index, then reload the page:",
    ),
    "error.index_unreadable": ("Không đọc được chỉ mục", "The index cannot be read"),
    "error.index_outdated": ("Chỉ mục đã cũ", "The index is out of date"),
    "error.index_outdated.text": (
        "Chỉ mục do một phiên bản khác lập. Lập lại rồi tải lại trang:",
        "The index was built by another version. Rebuild it, then reload the page:",
    ),
    "error.engine_unavailable": (
        "Máy tìm kiếm chưa sẵn sàng",
        "The search engine is not available",
    ),
    "error.bad_query": ("Chưa tìm được", "This cannot be searched"),
    "error.query_missing": ("Hãy gõ từ cần tìm.", "Type what to search for."),
    "error.query_too_long": (
        "Câu tìm quá dài: tối đa {limit} ký tự.",
        "The query is too long: at most {limit} characters.",
    ),
    "error.query_without_words": (
        "Không có từ nào để tìm trong: {value}",
        "There is no word to search for in: {value}",
    ),
    "error.bad_number": (
        "{label}: cần một số từ 1 đến {limit}, không phải “{value}”.",
        "{label}: wants a number from 1 to {limit}, not “{value}”.",
    ),
    "error.bad_date": (
        "{label}: không đọc được ngày “{value}”. Viết 2017, 2017-12, 2017-12-04 hoặc 4/12/2017.",
        "{label}: “{value}” is not a date. Write 2017, 2017-12, 2017-12-04 or 4/12/2017.",
    ),
    "error.bad_range": (
        "{label}: ngày cuối “{value}” ở trước ngày đầu.",
        "{label}: the last day, “{value}”, is before the first.",
    ),
    "error.bad_choice": (
        "{label}: “{value}” không có trong các lựa chọn.",
        "{label}: “{value}” is not one of the choices.",
    ),
}
