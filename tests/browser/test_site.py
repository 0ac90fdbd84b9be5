def test_home_page_is_served_to_a_browser(page):
    response = page.goto("/")
    assert response.ok
    assert page.title()


def test_sign_in_of_curators_works_under_the_content_security_policy(page):
    page.goto("/admin/")
    assert page.get_by_label("Username").is_visible()
