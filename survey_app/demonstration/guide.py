"""What to look at in the demonstration, and in which order, in both languages."""

from collections.abc import Iterator

from survey_app.demonstration.model import load_model


def guide(address: str) -> Iterator[str]:
    """The lines that a visitor reads when the demonstration starts."""
    model = load_model()
    published, last = model.waves[-2].key, model.waves[-1].key
    unit = model.units[0].code
    yield ""
    yield "What to look at, in this order / Nên xem theo thứ tự:"
    yield f"  1. {address}/vi/results/{published}/{unit}  results for the public / kết quả đã công bố"
    yield f"  2. {address}/vi/s/{last}/{unit}  answer as a resident / trả lời phiếu khảo sát"
    yield f"  3. {address}/vi/office/sign-in  sign in (this machine only) / đăng nhập (chỉ trên máy này)"
    for member in model.accounts.members:
        yield f"     {member.role:<14} {model.accounts.password:<24} {member.name}"
    yield "  4. assessor: seal the draft of self-scores / chốt bản nháp điểm tự đánh giá"
    yield "  5. official: the gaps; close the open wave, analyse it, open the next"
    yield "     official: xem chênh lệch; đóng đợt đang mở, phân tích, mở đợt tiếp theo"
    yield "  6. expert: change the margin and see what follows / thử đổi ngưỡng chênh lệch, xem kết quả"
    yield "  7. a drawn sample is not shown here; to try one: plan a wave with it, then survey-app invite"
    yield "     ở đây không có mẫu được chọn ngẫu nhiên; muốn thử: lập đợt bằng mã mời, chạy survey-app invite"
    yield "     docs/mailing_officer.md"
    yield ""
