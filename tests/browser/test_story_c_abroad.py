"""Story C: Chen in Shanghai buys coffee in the Indonesian pavilion; all taxes are in the price, customs papers travel with it."""

import re

import pytest

from browser.conftest import Arrives
from browser.person import DESK, PHONE
from browser.roles import enters
from browser.world import World

SHANGHAI = {
    "收件人姓名": "陈小明",
    "手机号码": "138 0013 8000",
    "订购人身份证号": "310101199001010012",
    "省": "上海市",
    "市": "上海市",
    "区/县": "黄浦区",
    "邮政编码": "200001",
    "街道": "示例路 1 号 2 单元 301 室",
}


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_coffee_for_shanghai(arrives: Arrives, sandbox: World, screen: dict[str, int]) -> None:
    chen = enters(arrives("zh-hans", screen=screen), "陈小明")
    chen.goes("/cn/").enters({"搜索商品": "蜜处理"}).presses("搜索").presses("加约蜜处理咖啡豆")
    chen.enters({"送至": "上海市"}).presses("计算").sees("全包价，送至上海市")
    chen.opens("价格明细").sees("增值税").sees_not("rounding")
    chen.presses("加入购物车")

    chen.goes("/cn/basket/").presses("填写地址").enters(SHANGHAI).presses("核对订单")
    chen.sees("陈小明", "黄浦区", "增值税").sees_not("310101199001010012")
    total = chen.page.locator(".price--big").inner_text()
    chen.presses("下单并支付").sees(total)

    # The wallet's cashier, and back by itself.
    chen.presses("用支付宝付款").presses(re.compile("确认付款"))
    chen.awaits("谢谢，您的付款已到账").presses("跟踪我的订单").sees("已付款")
    purchase = chen.page.url
    if screen is PHONE:
        return  # the rest is told once

    # Bu Sari packs it for abroad: the invoice at once, the postal form with the waybill.
    sari = enters(arrives("id"), "Bu Sari")
    sari.goes("/seller/orders/?show=to_pack")
    row = sari.page.get_by_role("row").filter(has_text="Kopi Gayo Honey").filter(has_text="陈小明").first
    sari.presses(re.compile("."), within=row.get_by_role("rowheader")).sees("Kopi Gayo Honey")
    sari.presses("Sudah dikemas").presses("Pesan kurir")
    for paper in ("Cetak label", "Faktur (invoice)", re.compile("CN22")):
        assert sari.downloads(paper).startswith(b"%PDF-"), paper
    waybill = sari.page.locator(".code").filter(has_text=re.compile("^LX")).first.inner_text()
    sari.presses("Sudah di tangan kurir")
    sandbox.carries(waybill, "picked")
    sandbox.carries(waybill, "delivered")

    chen.goes(purchase).awaits("已收到，一切完好").opens("包裹轨迹").sees(waybill).presses("已收到，一切完好").sees("已完成")
